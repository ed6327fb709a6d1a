/** Where a request carries its token: on Node the raw list of headers, which shows what joining would hide. */
import type { IncomingMessage } from 'node:http'
import type { CredentialSource } from 'claimcheck'
import type { Context } from 'hono'
import type { ApiEnv } from './context.js'

export function readCredentials(c: Context<ApiEnv>): CredentialSource {
  const { incoming }: { incoming?: IncomingMessage } = c.env ?? {}
  return incoming === undefined ? c.req.raw : { rawHeaders: incoming.rawHeaders, url: c.req.url }
}
