/**
 * The key set, at the address where tools look for it: the same document and headers as
 * /api/auth/jwks.
 */
import { answerAuth } from '../../../auth/answer.js'
import { getAuth, getEnv } from '../../../auth/running.js'

export function GET(): Promise<Response> {
  return answerAuth(getAuth(), new Request(new URL('/api/auth/jwks', getEnv().public.appUrl)))
}
