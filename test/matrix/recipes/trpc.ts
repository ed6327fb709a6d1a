/** A protected API on tRPC. */
import type { AddressInfo } from 'node:net'
import { initTRPC, TRPCError } from '@trpc/server'
import { type CreateHTTPContextOptions, createHTTPServer } from '@trpc/server/adapters/standalone'
import { AuthError, toProblem } from 'claimcheck'
import { verifier } from './verifier.js'

const t = initTRPC.context<CreateHTTPContextOptions>().create({
  errorFormatter({ shape, error: { cause } }) {
    return cause instanceof AuthError
      ? { ...shape, data: { ...shape.data, auth: cause.code } }
      : shape
  },
})

const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
} as const

const personProcedure = t.procedure.use(async ({ ctx: { req, res }, next }) => {
  const identity = await verifier.authenticate(req).catch((error: unknown) => {
    if (!(error instanceof AuthError)) throw error
    // What the token client looks at: the challenge, and when to come back.
    const { headers } = toProblem(error, { requestId: crypto.randomUUID() })
    for (const name of ['WWW-Authenticate', 'Retry-After']) {
      if (headers[name] !== undefined) res.setHeader(name, headers[name])
    }
    throw new TRPCError({ code: codes[error.status], message: error.message, cause: error })
  })
  return next({ ctx: { identity } })
})

const router = t.router({
  me: personProcedure.query(({ ctx }) => ({ subject: ctx.identity.subject })),
})
export type AppRouter = typeof router

const server = createHTTPServer({ router, createContext: (context) => context, basePath: '/api/' })
server.listen(Number(process.env.PORT ?? 8000), '127.0.0.1', () => {
  // A server that listens on TCP has an address with a port.
  console.log(`Listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
