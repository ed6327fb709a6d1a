/**
 * Better Auth's answers, with what HTTP expects around them: caching, retries, and a 405 that says
 * what is allowed.
 */
import { toProblem } from './problem.js'
import { getAuth } from './server.js'
import { isDatabaseFailure } from './start-error.js'

/** Lets Better Auth answer a request. */
export async function answerAuth(request: Request): Promise<Response> {
  let answer: Response
  try {
    answer = await getAuth().handler(request)
  } catch (error) {
    if (isDatabaseFailure(error)) return toProblem('database_unavailable', { 'retry-after': '2' })
    getAuth().options.logger.log('error', 'A request to sign-in failed', error)
    return toProblem('internal_error')
  }
  if (answer.status === 404 && answer.body === null) return refuse(request)
  const retryAfter = answer.headers.get('x-retry-after')
  if (retryAfter) answer.headers.set('retry-after', retryAfter)
  if (!answer.headers.has('cache-control')) answer.headers.set('cache-control', 'no-store')
  return answer
}

function refuse(request: Request): Response {
  const allowed = listMethods(new URL(request.url).pathname.replace(/^\/api\/auth(?=\/)/, ''))
  if (allowed.length === 0 || allowed.includes(request.method)) return toProblem('not_found')
  return toProblem('method_not_allowed', { allow: allowed.join(', ') })
}

function listMethods(path: string): string[] {
  const { api, options } = getAuth()
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
