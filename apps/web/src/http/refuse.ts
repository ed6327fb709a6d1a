/** Answers before Next.js is asked. */
import type { ServerResponse } from 'node:http'
import { describeProblem, type ProblemCode } from '../auth/problem.js'

/** Ends the connection as well, because what is left of the request is not read. */
export function refuse(response: ServerResponse, code: ProblemCode): void {
  const retry = code === 'overloaded' ? { 'retry-after': '2' } : {}
  const { status, headers, body } = describeProblem(code, { connection: 'close', ...retry })
  response.writeHead(status, { ...headers }).end(JSON.stringify(body))
}
