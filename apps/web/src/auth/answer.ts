/**
 * Better Auth's answers, with what HTTP expects around them: caching, retries, and a 405 that says
 * what is allowed.
 */
import { DeadlineError, inTime } from '../time/deadline.js'
import type { Auth } from './create-auth.js'
import { toProblem } from './problem.js'
import { readText } from './rules/rule.js'
import { getCounts, getParts } from './running.js'
import { isDatabaseFailure } from './store/database-failure.js'

/**
 * Milliseconds after which an answer is late, and for the database to show that it is not to blame.
 * Every query finds out anew that a database hangs: together they took longer than anybody waits.
 */
const PATIENCE = 4_000
const CHECK_PATIENCE = 1_000

/** Lets Better Auth answer a request. */
export async function answerAuth(auth: Auth, request: Request): Promise<Response> {
  const answer = await answerAny(auth, request)
  await getCounts().countAnswer(request, answer)
  return answer
}

async function answerAny(auth: Auth, request: Request): Promise<Response> {
  let answer: Response
  try {
    answer = await untilHanging(auth.handler(request))
  } catch (error) {
    if (isDatabaseFailure(error) || error instanceof DeadlineError)
      return toProblem('database_unavailable', { 'retry-after': '2' })
    auth.options.logger.log('error', 'A request to sign-in failed', error)
    return toProblem('internal_error')
  }
  if (answer.status === 500 && (await isUnreadable(answer))) {
    return toProblem('database_unavailable', { 'retry-after': '2' })
  }
  if (answer.status === 404 && answer.body === null) return refuse(auth, request)
  const retryAfter = answer.headers.get('x-retry-after')
  if (retryAfter) answer.headers.set('retry-after', retryAfter)
  if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store')
  return answer
}

/**
 * What Better Auth answers, however long passwords are queued for, but not while the database hangs:
 * what the request did by then may have been done.
 */
async function untilHanging(work: Promise<Response>): Promise<Response> {
  try {
    return await inTime(work, PATIENCE)
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error
    await inTime(getParts().checkDatabase(), CHECK_PATIENCE)
    return work
  }
}

/** Better Auth catches whatever keeps it from reading a session, and says no more than that. */
async function isUnreadable(answer: Response): Promise<boolean> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null)
  return readText(body, 'code') === 'FAILED_TO_GET_SESSION'
}

function refuse(auth: Auth, request: Request): Response {
  const allowed = listMethods(auth, new URL(request.url).pathname.replace(/^\/api\/auth(?=\/)/, ''))
  if (allowed.length === 0 || allowed.includes(request.method)) return toProblem('not_found')
  return toProblem('method_not_allowed', { allow: allowed.join(', ') })
}

function listMethods({ api, options }: Auth, path: string): string[] {
  if (options.disabledPaths.includes(path)) return []
  const endpoints: { path?: string; options?: { method?: string | string[] } }[] =
    Object.values(api)
  const methods = endpoints
    .filter((endpoint) => endpoint.path !== undefined && toPattern(endpoint.path).test(path))
    .flatMap((endpoint) => endpoint.options?.method ?? [])
  return [...new Set(methods)]
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)
}
