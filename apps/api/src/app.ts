/** The API as a function from Request to Response: no port, no environment. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { AuthError, type Verifier } from 'claimcheck'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { H, RouterRoute } from 'hono/types'
import { getPath } from 'hono/utils/url'
import type { Logger } from 'pino'
import type { Database } from './database/database.js'
import { ApiError } from './errors.js'
import type { ApiEnv, App } from './http/context.js'
import { addDocsRoutes } from './http/docs.js'
import { type Around, everyRequest } from './http/every-request.js'
import { type Exchange, readCredentials } from './http/exchange.js'
import { addHealthRoutes } from './http/health.js'
import { addIdentityRoute } from './http/identity-route.js'
import type { Load } from './http/load.js'
import type { Metrics } from './http/metrics.js'
import { addOpenApi } from './http/openapi.js'
import { answerProblem, answerRefusal, toApiError, toFieldErrors } from './http/problem.js'
import { createRateLimits, type RateLimitOptions } from './http/rate-limit.js'
import { createReport } from './http/request-log.js'
import { createRouter } from './http/router.js'
import { addInspectionRoute, explainInspections } from './inspection/route.js'
import type { ReadRowSecurity } from './inspection/row-level-security.js'
import { addTaskRoutes } from './tasks/routes.js'

export interface AppOptions {
  verifier: Pick<Verifier, 'judge' | 'explain' | 'ready' | 'stats'>
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
  tracing?: Around | null
  /** Whether the process is about to end, which readiness then says. Default: never. */
  isStopping?: () => boolean
  /** What one caller, and all of them together, may ask for. */
  limits: RateLimitOptions & { readonly load: Pick<Load, 'enter' | 'leave' | 'turnAwaySome'> }
}

export function createApp(options: AppOptions): App {
  const { verifier, database, log, limits, hints = false } = options
  const { readRowSecurity = null, metrics = null } = options
  const router = createRouter<[H, RouterRoute]>()
  const app: App = new OpenAPIHono<ApiEnv>({
    router,
    // Read once, when the request was let in.
    getPath: (request, options) =>
      (options?.env as Partial<ApiEnv['Bindings']> | undefined)?.exchange?.path ?? getPath(request),
    defaultHook: (result) => {
      if (!result.success) {
        throw new ApiError('validation_failed', { errors: toFieldErrors(result.error) })
      }
    },
  })

  function refuse(thrown: unknown, exchange: Exchange): Response {
    const error =
      thrown instanceof Error ? thrown : new Error('Expected an Error', { cause: thrown })
    return error instanceof AuthError
      ? answerRefusal(exchange, error, hints)
      : answerProblem(exchange, toRefusal(error, exchange), hints)
  }
  app.onError((error, c) => refuse(error, c.env.exchange))
  // Only what no route answers is looked up a second time.
  const findMethods = methodNotAllowed({
    app,
    onMethodNotAllowed: (c, allow) =>
      c.req.method === 'OPTIONS'
        ? c.body(null, 204, { Allow: allow.join(', ') })
        : answerProblem(c.env.exchange, new ApiError('method_not_allowed', { allow }), hints),
  })
  app.notFound(async (c) => {
    await findMethods(c, async () => {
      c.res = answerProblem(c.env.exchange, new ApiError('not_found'), hints)
    })
    return c.res
  })

  const handle = app.fetch
  app.fetch = everyRequest({
    url: options.url,
    corsOrigins: options.corsOrigins,
    exposed: [
      ...['WWW-Authenticate', 'Retry-After', 'ETag', 'X-Request-Id', 'RateLimit'],
      ...(readRowSecurity ? ['Server-Timing'] : []),
    ],
    findRoute: (method, path) => {
      const [handlers] = router.match(method === 'HEAD' ? 'GET' : method, path)
      return handlers.at(-1)?.[0][1].path ?? null
    },
    load: limits.load,
    limits: createRateLimits(limits),
    authenticate: readRowSecurity
      ? explainInspections(verifier)
      : (exchange) => verifier.judge(readCredentials(exchange)),
    handle: (exchange) => handle(exchange.request, { exchange }),
    refuse,
    report: createReport(log, metrics?.observe ?? null),
    around: options.tracing ?? null,
  })

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
  addIdentityRoute(app)
  addTaskRoutes(app, database)
  return app
}

/** A client that hung up in the middle of its body has sent half a request, and nothing of ours failed. */
function toRefusal(error: Error, { request }: Exchange): ApiError {
  if (error instanceof ApiError) return error
  return request.signal.aborted
    ? new ApiError('request_malformed', { cause: error })
    : toApiError(error)
}
