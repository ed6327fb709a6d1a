/** The ways in which a request for tasks can fail, told apart by what follows from each. */

/** A field that the API did not accept. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

/** The API understood and said no: asking again gives the same answer. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly status: number
  /** The code of the problem document, such as `not_found`. */
  readonly code: string
  readonly fields: readonly FieldProblem[]

  constructor(status: number, code: string, fields: readonly FieldProblem[] = []) {
    super(`The task service refused the request: ${status} ${code}`)
    this.status = status
    this.code = code
    this.fields = fields
  }
}

/** Nobody is to blame and nothing was decided: worth asking again. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  /** `busy` when the API asked for patience, `unreachable` when it was not there to ask. */
  readonly reason: 'busy' | 'unreachable'
  /** Seconds, as the API asked for; null when it did not say. */
  readonly retryAfter: number | null

  constructor(reason: 'busy' | 'unreachable', retryAfter: number | null, options?: ErrorOptions) {
    super('The task service could not answer right now.', options)
    this.reason = reason
    this.retryAfter = retryAfter
  }
}

/** The task was changed elsewhere since it was read here. */
export class ConflictError<Newer> extends Error {
  override readonly name = 'ConflictError'
  readonly newer: Newer

  constructor(newer: Newer) {
    super('The task was changed elsewhere.')
    this.newer = newer
  }
}
