/** Answers before Next.js is asked. */
import type { ServerResponse } from 'node:http'
import { describeProblem, type ProblemCode } from '../auth/problem.js'

/** Ends the connection as well, because what is left of the request is not read. */
export function refuse(response: ServerResponse, code: ProblemCode): void {
  const problem = describeProblem(code, { connection: 'close' })
  const retry = problem.status === 503 ? { 'retry-after': '2' } : {}
  response
    .writeHead(problem.status, { ...problem.headers, ...retry })
    .end(JSON.stringify(problem.body))
}
