/** The API as a function from Request to Response: no port, no environment. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { AuthError, assertOwner, toProblem, type Verifier } from 'claimcheck'
import { bearer } from 'claimcheck/hono'
import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import type { ApiEnv, App } from './context.js'
import type { Database } from './database.js'
import { addDocsRoutes } from './docs.js'
import { ApiError } from './errors.js'
import type { ReadFence } from './fence.js'
import { addHealthRoutes } from './health.js'
import { addIdentityRoute } from './identity-route.js'
import { addInspectionRoute } from './inspection-route.js'
import { addOpenApi } from './openapi.js'
import { answerProblem, toApiError, toFieldErrors } from './problem.js'
import { requestLog } from './request-log.js'
import { addTaskRoutes } from './tasks/routes.js'

export interface AppOptions {
  verifier: Pick<Verifier, 'authenticate' | 'explain' | 'ready' | 'stats'>
  database: Database
  log: Logger
  /** Origins whose pages may call this API, compared exactly. */
  corsOrigins: readonly string[]
  /** The address clients reach this API at. */
  url: string
  /** Adds to every refusal what a developer should change. Default: false; for development only. */
  hints?: boolean
  /** Lets people see what becomes of their own token, down to the rows in reach. Default: null, and it is not there. */
  readFence?: ReadFence | null
}

/** Seconds for which a browser remembers a preflight. */
const PREFLIGHT_SECONDS = 600

export function createApp(options: AppOptions): App {
  const { verifier, database, log, hints = false, readFence = null } = options
  const app: App = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) {
        throw new ApiError('validation_failed', { errors: toFieldErrors(result.error) })
      }
    },
  })

  app.onError((error, c) => {
    const requestId = c.get('requestId')
    if (error instanceof AuthError) {
      const problem = toProblem(error, { requestId, hints })
      return c.body(JSON.stringify(problem.body), problem.status as 500, problem.headers)
    }
    // A client that hung up in the middle of its body has sent half a request, and nothing of ours failed.
    const refusal = c.req.raw.signal.aborted
      ? new ApiError('request_malformed', { cause: error })
      : toApiError(error)
    return answerProblem(c, refusal, { requestId, hints })
  })
  app.notFound((c) =>
    answerProblem(c, new ApiError('not_found'), { requestId: c.get('requestId'), hints }),
  )

  app.use(requestId({ limitLength: 64 }))
  app.use(requestLog(log))
  app.use(securityHeaders(options.url))
  app.use(crossOrigin(options.corsOrigins, readFence ? ['Server-Timing'] : []))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, allow) =>
        c.req.method === 'OPTIONS'
          ? c.body(null, 204, { Allow: allow.join(', ') })
          : answerProblem(c, new ApiError('method_not_allowed', { allow }), {
              requestId: c.get('requestId'),
              hints,
            }),
    }),
  )

  addHealthRoutes(app, {
    keys: () => verifier.ready(),
    database: () => database.check(),
    isDegraded: () => verifier.stats().revocations.some(({ isDegraded }) => isDegraded),
  })
  addOpenApi(app, options.url)
  addDocsRoutes(app)

  // Below /api/ nothing is told to a stranger, not even which paths exist.
  app.use('/api/*', keepPrivate)
  if (readFence) addInspectionRoute(app, { verifier, readFence, hints })
  app.use('/api/*', bearer(verifier, { hints }))
  app.use('/api/:user_id/tasks/*', ownPath)
  addIdentityRoute(app)
  addTaskRoutes(app, database)
  return app
}

/** What a person's data may never do: stay in a cache. Refusals say so themselves. */
const keepPrivate: MiddlewareHandler<ApiEnv> = async function keepPrivate(c, next) {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'private, no-store')
  c.header('Vary', 'Authorization', { append: true })
}

/** 403 for a path of somebody else, decided before anything else of the request is read. `me` is always the caller. */
const ownPath: MiddlewareHandler<ApiEnv> = async function ownPath(c, next) {
  const userId = c.req.param('user_id') ?? ''
  if (userId !== 'me') assertOwner(c.var.identity, userId)
  await next()
}

function securityHeaders(url: string): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    strictTransportSecurity: url.startsWith('https:') ? 'max-age=31536000' : false,
    xFrameOptions: 'DENY',
    // A page may need another policy, and says so itself.
    overwrite: false,
    // Of no use to what is not a page, or to any browser of today.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })
}

/** Exact origins and no credentials: a token in a header is all that a page has to send. */
function crossOrigin(origins: readonly string[], exposed: readonly string[]): MiddlewareHandler {
  const middleware = cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'If-Match', 'X-Request-Id'],
    exposeHeaders: ['WWW-Authenticate', 'Retry-After', 'ETag', 'X-Request-Id', ...exposed],
    maxAge: PREFLIGHT_SECONDS,
  })
  return async function crossOriginMiddleware(c, next) {
    const isPreflight = c.req.header('Access-Control-Request-Method') !== undefined
    // An OPTIONS request that is no preflight asks which methods a path answers.
    if (c.req.method === 'OPTIONS' && !isPreflight) return next()
    return middleware(c, next)
  }
}
