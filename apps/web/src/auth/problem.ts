/** Refusals that are not Better Auth's own, as problem details (RFC 9457). */

import { toProblemType } from 'claimcheck'

const problems = {
  request_malformed: [400, 'Malformed request', 'The request is not one that HTTP allows.'],
  body_too_large: [413, 'Body too large', 'The body of the request is larger than 64 KiB.'],
  rate_limited: [429, 'Too many requests', 'Your network asked more often than it may.'],
  overloaded: [503, 'Overloaded', 'Too much is going on right now.'],
  not_found: [404, 'Not found', 'There is nothing at this address.'],
  method_not_allowed: [405, 'Method not allowed', 'This address does not answer this method.'],
  database_unavailable: [503, 'Database unavailable', 'The database cannot be reached right now.'],
  internal_error: [500, 'Internal error', 'Something went wrong on this side.'],
} as const

export type ProblemCode = keyof typeof problems

export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** What is answered; nothing of the request enters it. */
export function describeProblem(
  code: ProblemCode,
  headers: Readonly<Record<string, string>> = {},
): Problem {
  const [status, title, detail] = problems[code]
  const requestId = crypto.randomUUID()
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'x-request-id': requestId,
      ...headers,
    },
    body: { type: toProblemType(code), title, status, code, detail, requestId },
  }
}

export function toProblem(
  code: ProblemCode,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const problem = describeProblem(code, headers)
  return Response.json(problem.body, { status: problem.status, headers: problem.headers })
}
