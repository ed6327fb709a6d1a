/** The one place where a failure of the API becomes HTTP: problem details (RFC 9457). */
import { z } from '@hono/zod-openapi'
import {
  type AuthError,
  type AuthErrorCode,
  toProblemType,
  toProblem as toTokenProblem,
} from 'claimcheck'
import { HTTPException } from 'hono/http-exception'
import {
  ApiError,
  type ApiErrorCode,
  type ApiErrorMeaning,
  apiErrors,
  type FieldError,
} from '../errors.js'
import { answer } from './answer.js'
import type { Exchange } from './exchange.js'

/** The body of every refusal, also of those that concern the token. */
export const problemSchema = z
  .strictObject({
    type: z.url().openapi({ description: 'The page that explains the code.' }),
    title: z.string(),
    status: z.int().openapi({ example: 422 }),
    code: z.string().openapi({ example: 'validation_failed' }),
    detail: z.string().openapi({ description: 'A fixed sentence.' }),
    requestId: z.string().openapi({ description: 'Also the header X-Request-Id.' }),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Each field that is not valid; with validation_failed only.' }),
    hint: z.string().optional().openapi({ description: 'What to change; in development only.' }),
  })
  .openapi('Problem')

export interface ProblemOptions {
  /** Names the request in logs on both sides. */
  requestId: string
  /** Adds `hint`, what a developer should change. */
  hints: boolean
}

/** A whole answer, for Hono or for a bare socket to write. */
export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** Seconds after which to try again what cannot be done now. */
const RETRY_AFTER = 2

/** Turns a refusal or failure into status, headers and body. Nothing of the request enters any of them. */
export function toProblem(error: ApiError, options: ProblemOptions): ProblemAnswer {
  const { status, title, detail, hint }: ApiErrorMeaning = apiErrors[error.code]
  const retryAfter = error.retryAfter ?? (status === 503 ? RETRY_AFTER : undefined)
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
      ...(error.allow !== undefined && { Allow: error.allow.join(', ') }),
    },
    body: {
      type: toProblemType(error.code),
      title,
      status,
      code: error.code,
      detail,
      requestId: options.requestId,
      ...(error.errors !== undefined && { errors: error.errors }),
      ...(options.hints && { hint }),
    },
  }
}

/** Answers a request with a problem. */
export function answerProblem(exchange: Exchange, error: ApiError, hints: boolean): Response {
  const problem = toProblem(error, { requestId: exchange.requestId, hints })
  exchange.refusal = error
  return answer(exchange, JSON.stringify(problem.body), problem.status, problem.headers)
}

/** All but the request id of an answer that refuses a token. */
interface Refusal {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body as JSON, up to the request id, which is its last member. */
  readonly start: string
}

/** Those of one code differ in their request id alone, and come in floods. */
const refusals = new Map<AuthErrorCode, Refusal>()

/** Answers a request whose token was refused. */
export function answerRefusal(exchange: Exchange, error: AuthError, hints: boolean): Response {
  const { requestId } = exchange
  exchange.refusal = error
  if (hints || error.retryAfter !== undefined) {
    const { body, status, headers } = toTokenProblem(error, { requestId, hints })
    return answer(exchange, JSON.stringify(body), status, headers)
  }
  const { start, status, headers } = refusals.get(error.code) ?? writeRefusal(error)
  // JSON writes the characters of a request id as they are.
  return answer(exchange, `${start}${requestId}"}`, status, headers)
}

function writeRefusal(error: AuthError): Refusal {
  const { body, status, headers } = toTokenProblem(error, { requestId: '' })
  const refusal = { status, headers, start: JSON.stringify(body).slice(0, -'"}'.length) }
  refusals.set(error.code, refusal)
  return refusal
}

/** Says which refusal an error is; what is not one is a fault of ours. */
export function toApiError(error: Error): ApiError {
  if (error instanceof ApiError) return error
  const code = error instanceof HTTPException ? codes[error.status] : undefined
  return new ApiError(code ?? 'internal_error', { cause: error })
}

/** Turns what zod found into fields and sentences, without the values. */
export function toFieldErrors({ issues }: z.core.$ZodError): readonly FieldError[] {
  return issues.flatMap(toFieldError).slice(0, MOST_FIELD_ERRORS)
}

const MOST_FIELD_ERRORS = 32
const LONGEST_PATH = 64

/** What Hono and its validators throw by themselves. */
const codes: Readonly<Record<number, ApiErrorCode>> = {
  400: 'request_malformed',
  413: 'body_too_large',
  415: 'unsupported_media_type',
}

function toFieldError(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: toPath([...issue.path, key]),
      message: 'Is not a field that can be set here.',
    }))
  }
  return [{ path: toPath(issue.path), message: issue.message }]
}

function toPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, LONGEST_PATH)
}
