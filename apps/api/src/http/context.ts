/** What the context of a request holds. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Identity } from 'claimcheck'

export interface ApiEnv {
  Variables: {
    /** Who the token speaks for; set below /api/ only. */
    identity: Identity
    requestId: string
    /** The headers that the answer carries whatever it says. */
    headers: Record<string, string>
    /** The answer that was made with them. */
    answer?: Response
    /** Why the request was refused, for the log; absent when it was not. */
    refusal?: Error
  }
}

export type App = OpenAPIHono<ApiEnv>
