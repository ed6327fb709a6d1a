/** The API as a function from Request to Response: no port, no environment. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { AuthError, assertOwner, toProblem, type Verifier } from 'claimcheck'
import type { Context, ErrorHandler, MiddlewareHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { Logger } from 'pino'
import type { Database } from './database/database.js'
import { ApiError } from './errors.js'
import { answer } from './http/answer.js'
import type { ApiEnv, App } from './http/context.js'
import { readCredentials } from './http/credentials.js'
import { addDocsRoutes } from './http/docs.js'
import { everyRequest } from './http/every-request.js'
import { addHealthRoutes } from './http/health.js'
import { addIdentityRoute } from './http/identity-route.js'
import type { Load } from './http/load.js'
import type { Metrics } from './http/metrics.js'
import { addOpenApi } from './http/openapi.js'
import { answerProblem, toApiError, toFieldErrors } from './http/problem.js'
import { createRateLimits, type RateLimitOptions } from './http/rate-limit.js'
import { createReport } from './http/request-log.js'
import { addInspectionRoute, explainInspections } from './inspection/route.js'
import type { ReadRowSecurity } from './inspection/row-level-security.js'
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
  readRowSecurity?: ReadRowSecurity | null
  /** Counts what is answered; `isServed` has this app answer /metrics itself. Default: null, nothing is counted. */
  metrics?: (Metrics & { readonly isServed: boolean }) | null
  /** Goes around everything else, for traces. Default: null, nothing does. */
  tracing?: MiddlewareHandler<ApiEnv> | null
  /** Whether the process is about to end, which readiness then says. Default: never. */
  isStopping?: () => boolean
  /** What one caller, and all of them together, may ask for. */
  limits: RateLimitOptions & { readonly load: Pick<Load, 'enter' | 'leave' | 'turnAwaySome'> }
}

export function createApp(options: AppOptions): App {
  const { verifier, database, log, limits, hints = false } = options
  const { readRowSecurity = null, metrics = null } = options
  const app: App = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) {
        throw new ApiError('validation_failed', { errors: toFieldErrors(result.error) })
      }
    },
  })

  const refuse: ErrorHandler<ApiEnv> = (error, c) => {
    const requestId = c.get('requestId')
    if (error instanceof AuthError) {
      const problem = toProblem(error, { requestId, hints })
      return answer(c, JSON.stringify(problem.body), problem.status, problem.headers)
    }
    return answerProblem(c, toRefusal(error, c), { requestId, hints })
  }
  app.onError(refuse)
  // Only what no route answers is looked up a second time.
  const findMethods = methodNotAllowed({
    app,
    onMethodNotAllowed: (c, allow) =>
      c.req.method === 'OPTIONS'
        ? c.body(null, 204, { Allow: allow.join(', ') })
        : answerProblem(c, new ApiError('method_not_allowed', { allow }), {
            requestId: c.get('requestId'),
            hints,
          }),
  })
  app.notFound(async (c) => {
    await findMethods(c, async () => {
      const requestId = c.get('requestId')
      c.res = answerProblem(c, new ApiError('not_found'), { requestId, hints })
    })
    return c.res
  })

  if (options.tracing) app.use(options.tracing)
  app.use(
    everyRequest({
      url: options.url,
      corsOrigins: options.corsOrigins,
      exposed: [
        ...['WWW-Authenticate', 'Retry-After', 'ETag', 'X-Request-Id', 'RateLimit'],
        ...(readRowSecurity ? ['Server-Timing'] : []),
      ],
      load: limits.load,
      limits: createRateLimits(limits),
      authenticate: readRowSecurity
        ? explainInspections(verifier)
        : (c) => verifier.authenticate(readCredentials(c)),
      refuse,
      report: createReport(log, metrics?.observe ?? null),
    }),
  )

  addHealthRoutes(app, {
    keys: () => verifier.ready(),
    database: () => database.check(),
    isStopping: options.isStopping ?? (() => false),
    isDegraded: () => verifier.stats().revocations.some(({ isDegraded }) => isDegraded),
  })
  if (metrics?.isServed === true) app.get('/metrics', metrics.handler)
  addOpenApi(app, options.url)
  addDocsRoutes(app)

  if (readRowSecurity) addInspectionRoute(app, { verifier, readRowSecurity })
  app.use('/api/:user_id/tasks/*', ownPath)
  addIdentityRoute(app)
  addTaskRoutes(app, database)
  return app
}

/** 403 for a path of somebody else, decided before anything else of the request is read. `me` is always the caller. */
const ownPath: MiddlewareHandler<ApiEnv> = async function ownPath(c, next) {
  const userId = c.req.param('user_id') ?? ''
  if (userId !== 'me') assertOwner(c.get('identity'), userId)
  await next()
}

/** A client that hung up in the middle of its body has sent half a request, and nothing of ours failed. */
function toRefusal(error: Error, c: Context): ApiError {
  if (error instanceof ApiError) return error
  return c.req.raw.signal.aborted
    ? new ApiError('request_malformed', { cause: error })
    : toApiError(error)
}
