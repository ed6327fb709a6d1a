/** AuthError to HTTP: problem details (RFC 9457) and the Bearer challenge (RFC 6750 §3). */
import { isDevelopment } from './development.js'
import { type AuthError, type AuthErrorMeaning, authErrors } from './errors.js'

/** The body of a refusal, served as `application/problem+json`. */
export interface Problem {
  /** A link to the section of docs/errors.md that explains `code`. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string
  readonly hint?: string
}

/** A whole answer, for any framework to write. */
export interface ProblemAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Problem
}

/** What every adapter's `bearer` and `owner` take. */
export interface BearerOptions {
  /**
   * Adds to every refusal what a developer should change. Default: true where `NODE_ENV` can be read and is not
   * `production`.
   */
  hints?: boolean
}

export interface ProblemOptions {
  /** Names the request in logs on both sides. */
  requestId: string
  /** Adds `hint`, what a developer should change. Default: false; for development only. */
  hints?: boolean
}

const documentation = 'https://github.com/claimcheck/claimcheck/blob/main/docs/errors.md'

/** The address of the section that explains a code. */
export function toProblemType(code: string): string {
  return `${documentation}#${code}`
}

/** The answer of an adapter's `bearer` or `owner`. */
export function toAdapterAnswer(
  error: AuthError,
  requestId: string,
  { hints = isDevelopment() }: BearerOptions = {},
): ProblemAnswer {
  return toProblem(error, { requestId, hints })
}

/** Turns a refusal into status, headers and body. Nothing of the request enters any of them. */
export function toProblem(
  error: AuthError,
  { requestId, hints = false }: ProblemOptions,
): ProblemAnswer {
  const meaning: AuthErrorMeaning = authErrors[error.code]
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  }
  const challenge = toChallenge(meaning)
  if (challenge !== undefined) headers['WWW-Authenticate'] = challenge
  if (error.retryAfter !== undefined) headers['Retry-After'] = String(Math.ceil(error.retryAfter))
  return {
    status: meaning.status,
    headers,
    body: {
      type: toProblemType(error.code),
      title: meaning.title,
      status: meaning.status,
      code: error.code,
      detail: meaning.detail,
      requestId,
      ...(hints && { hint: error.hint }),
    },
  }
}

/** RFC 6750 §3 asks for at least one parameter, so a challenge without an error carries the realm alone. */
function toChallenge({ status, challenge, detail }: AuthErrorMeaning): string | undefined {
  if (challenge !== undefined) {
    return `Bearer realm="api", error="${challenge}", error_description="${detail}"`
  }
  return status === 401 ? 'Bearer realm="api"' : undefined
}
