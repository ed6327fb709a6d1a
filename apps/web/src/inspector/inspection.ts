// What the API tells about a token, its keys and its rows: the body of GET /api/me/inspection.

export interface Inspection {
  readonly identity: { readonly subject: string; readonly sessionId: string | null }
  readonly verifier: {
    readonly accepted: number
    readonly refused: number
    /** Verdicts that had to wait for the issuer. */
    readonly waited: number
    readonly remembered: number
  }
  readonly keys: {
    readonly keyIds: readonly string[]
    /** Milliseconds since the issuer confirmed them. */
    readonly age: number | null
    readonly requests: number
  }
  readonly revocations: {
    readonly age: number | null
    readonly size: number
    readonly requests: number
  } | null
  readonly fence: {
    readonly role: string
    readonly policies: readonly Policy[]
    readonly rows: { readonly inTable: number; readonly visible: number }
    readonly milliseconds: number
  }
}

export interface Policy {
  readonly name: string
  readonly command: string
  readonly restrictive: boolean
  readonly using: string | null
  readonly check: string | null
}
