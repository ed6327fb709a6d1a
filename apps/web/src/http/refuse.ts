/** Answers before Next.js is asked. */
import type { ServerResponse } from 'node:http'
import { hashLimits } from '../auth/limits/limits.js'
import { describeProblem, type ProblemCode } from '../auth/problem.js'

/** Ends the connection as well, because what is left of the request is not read. */
export function refuse(response: ServerResponse, code: ProblemCode): void {
  answer(response, code, { connection: 'close' })
}

/** To a request that was read to its end. */
export function tellBusy(response: ServerResponse): void {
  answer(response, 'overloaded', {})
}

function answer(
  response: ServerResponse,
  code: ProblemCode,
  more: Readonly<Record<string, string>>,
): void {
  const { status, headers, body } = describeProblem(code, more)
  const retry = status === 503 ? { 'retry-after': String(hashLimits.retryAfter) } : {}
  response.writeHead(status, { ...headers, ...retry }).end(JSON.stringify(body))
}
