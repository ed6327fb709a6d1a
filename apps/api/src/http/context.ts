/** What the context of a request holds. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Identity } from 'claimcheck'
import type { Context } from 'hono'
import type { Exchange } from './exchange.js'

export interface ApiEnv {
  Bindings: { readonly exchange: Exchange }
}

export type App = OpenAPIHono<ApiEnv>

/** Who asks. Below /api/ nothing is asked of a handler before that is known. */
export function readIdentity(c: Context<ApiEnv>): Identity {
  const { identity } = c.env.exchange
  if (identity === null)
    throw new Error('Expected a route below /api/, where each request has an identity.')
  return identity
}
