/** Refusals that are not Better Auth's own, as problem details (RFC 9457). */

import { toProblemType } from 'claimcheck'

const problems = {
  not_found: [404, 'Not found', 'There is nothing at this address.'],
  method_not_allowed: [405, 'Method not allowed', 'This address does not answer this method.'],
  database_unavailable: [503, 'Database unavailable', 'The database cannot be reached right now.'],
  internal_error: [500, 'Internal error', 'Something went wrong on this side.'],
} as const

export type ProblemCode = keyof typeof problems

/** Makes the answer; nothing of the request enters it. */
export function toProblem(
  code: ProblemCode,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const [status, title, detail] = problems[code]
  const requestId = crypto.randomUUID()
  return Response.json(
    { type: toProblemType(code), title, status, code, detail, requestId },
    {
      status,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        'x-request-id': requestId,
        ...headers,
      },
    },
  )
}
