/**
 * The key set, at the address where tools look for it: the same document and headers as
 * /api/auth/jwks.
 */
import { answerAuth } from '../../../auth/answer.js'
import { getEnv } from '../../../auth/server.js'

export function GET(): Promise<Response> {
  return answerAuth(new Request(new URL('/api/auth/jwks', getEnv().public.appUrl)))
}
