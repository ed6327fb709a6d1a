/** What the API itself refuses or cannot do: the closed table of reasons beside those of the token. */

/** What an `ApiErrorCode` means over HTTP. */
export interface ApiErrorMeaning {
  readonly status: 400 | 404 | 405 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503
  /** A short name for people; the same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string
  /** A fixed sentence: nothing from the request ever enters it. */
  readonly detail: string
  /** What a developer should look at. Shown in development only. */
  readonly hint: string
}

export const apiErrors = {
  request_malformed: {
    status: 400,
    title: 'Malformed request',
    detail: 'The request or its body cannot be read.',
    hint: 'Send the body as UTF-8 JSON.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    detail: 'There is nothing here.',
    hint: 'Check the path and the task id. Tasks in the trash are listed with deleted=true.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This path does not answer this method.',
    hint: 'The Allow header lists the methods of this path.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    detail: 'Another task was already created under this id.',
    hint: 'Make a new UUID for each task. Sending the same id and body again is safe.',
  },
  too_many_tasks: {
    status: 409,
    title: 'Too many tasks',
    detail: 'A person can have 20 000 tasks, and those in the trash count for 30 days.',
    hint: 'Something creates tasks without end, or imports more than a list of tasks is made for.',
  },
  precondition_failed: {
    status: 412,
    title: 'Changed meanwhile',
    detail: 'The task has changed since it was read.',
    hint: 'Read the task again and send the ETag of that answer in If-Match.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    detail: 'The body is larger than 128 KiB.',
    hint: 'A task never needs this much: notes end at 10 000 characters.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'The body must be sent as application/json.',
    hint: 'Set the header Content-Type: application/json.',
  },
  validation_failed: {
    status: 422,
    title: 'Not valid',
    detail: 'Some of what was sent is not valid.',
    hint: 'The member "errors" names each field.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'There were too many requests in a short time.',
    hint: 'Wait as Retry-After says. RATE_LIMIT_PER_MINUTE is what one person, or one address without a token, may ask.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong here. It has been logged under the request id.',
    hint: 'Look for the request id in the log of the API.',
  },
  database_unavailable: {
    status: 503,
    title: 'Database unavailable',
    detail: 'The tasks cannot be reached right now.',
    hint: 'Check that TASKS_DATABASE_URL can be reached from this process; the log names the last failure.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    detail: 'There is more to do right now than can be done in time.',
    hint: 'Run more processes of the API, or look for what keeps this one busy.',
  },
} as const satisfies Record<string, ApiErrorMeaning>

/** A reason from the closed table; docs/errors.md has a section for each. */
export type ApiErrorCode = keyof typeof apiErrors

/** One field that is not valid. */
export interface FieldError {
  /** Where: the name of the field or query parameter, or '' for the whole. */
  readonly path: string
  readonly message: string
}

/** Options of an {@link ApiError}. */
export interface ApiErrorOptions {
  /** The fault underneath; for logs, never shown to the caller. */
  cause?: unknown
  /** What is not valid; for `validation_failed` only. */
  errors?: readonly FieldError[]
  /** The methods the path answers; for `method_not_allowed` only. */
  allow?: readonly string[]
  /** Seconds to wait before trying again. Default: 2 for a 503, else none. */
  retryAfter?: number
}

/**
 * A request that was refused or failed. `code` is stable; `message` is a fixed sentence. Only a fault has a stack: of a
 * refusal the code says all there is, and whoever asks for too much would decide how many are captured.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  readonly errors: readonly FieldError[] | undefined
  readonly allow: readonly string[] | undefined
  readonly retryAfter: number | undefined

  constructor(code: ApiErrorCode, options: ApiErrorOptions = {}) {
    const { cause, errors, allow, retryAfter } = options
    const { stackTraceLimit } = Error
    if (apiErrors[code].status < 500 || code === 'overloaded') Error.stackTraceLimit = 0
    super(apiErrors[code].detail, cause === undefined ? undefined : { cause })
    Error.stackTraceLimit = stackTraceLimit
    this.code = code
    this.errors = errors
    this.allow = allow
    this.retryAfter = retryAfter
  }
}
