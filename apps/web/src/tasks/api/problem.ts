/** Reads a refusal of the API: problem details (RFC 9457). */

import { type FieldProblem, RefusedError, UnavailableError } from './failures.js'

/** Turns an answer that is not a success into the failure it stands for. */
export async function readRefusal(response: Response): Promise<RefusedError | UnavailableError> {
  const retryAfter = readRetryAfter(response.headers.get('retry-after'))
  if (response.status === 429) return new UnavailableError('busy', retryAfter)
  if (response.status === 502 || response.status === 503 || response.status === 504) {
    return new UnavailableError('unreachable', retryAfter)
  }
  const problem = await readProblem(response)
  return new RefusedError(response.status, problem.code, problem.fields)
}

/** Seconds, from a number or an HTTP date; null when there is neither. */
export function readRetryAfter(value: string | null, now: number = Date.now()): number | null {
  if (value === null || value.trim() === '') return null
  const seconds = Number(value)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000))
}

async function readProblem(
  response: Response,
): Promise<{ code: string; fields: readonly FieldProblem[] }> {
  const body: unknown = await response.json().catch(() => null)
  if (typeof body !== 'object' || body === null) return { code: 'unknown', fields: [] }
  const code: unknown = Reflect.get(body, 'code')
  const errors: unknown = Reflect.get(body, 'errors')
  return {
    code: typeof code === 'string' ? code : 'unknown',
    fields: Array.isArray(errors) ? errors.filter(isFieldProblem) : [],
  }
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'path') === 'string' &&
    typeof Reflect.get(value, 'message') === 'string'
  )
}
