/** What issuer and API of 0.1.0 agreed on, of the feed alone; and what its issuer answered when it could not look. */
import { APIError } from 'better-auth/api'
import { base64url } from 'jose'

/** Signature algorithms an issuer may use (RFC 8037 §3.1, RFC 7518 §3.3). */
export type Algorithm = 'EdDSA' | 'RS256'

/** Seconds that `iat` may lie ahead of the API's clock. */
export const ISSUED_AHEAD_SECONDS = 60

/** The longest lifetime (`exp` minus `iat`) a token may claim, in seconds. */
export const LONGEST_LIFETIME_SECONDS = 24 * 60 * 60

/** The `typ` of a revocation document, which no other token carries (RFC 8725 §3.11). */
export const REVOCATIONS_TYPE = 'revocations+jwt'

/** The `aud` of a revocation document. */
export const REVOCATIONS_AUDIENCE = 'claimcheck:revocations'

/** How long a revocation document may be used as a fresh one, in seconds (`exp` minus `iat`). */
export const REVOCATIONS_LIFETIME_SECONDS = 60

/** The longest a request for the revocations is held until something changes, in seconds. */
export const LONGEST_WAIT_SECONDS = 5

/** The claims of a revocation document: a whole snapshot of what is still relevant, never a list of changes. */
export interface RevocationDocument {
  readonly iss: string
  readonly aud: typeof REVOCATIONS_AUDIENCE
  readonly iat: number
  readonly exp: number
  /** Ended sessions, as {@link toRevocationEntry} spells them. */
  readonly sids: readonly string[]
  /** Deleted people, likewise. */
  readonly subs: readonly string[]
  /** Refuse every token with a smaller `iat`; 0 refuses none. */
  readonly notBefore: number
}

/** How a session or a person is named in a revocation document, so that the document can be public. */
export async function toRevocationEntry(
  issuer: string,
  kind: 'sid' | 'sub',
  id: string,
): Promise<string> {
  const text = `${issuer}|${kind}|${id}`
  // At once where Node's own digest is there: this runs for every new token.
  const node = globalThis.process?.getBuiltinModule?.('node:crypto')
  if (node !== undefined) return node.hash('sha256', text, 'base64url')
  return base64url.encode(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  )
}

/** A row of the `revocation` table. */
export interface RevocationRow {
  readonly id: string
  readonly kind: 'sid' | 'sub' | 'all'
  readonly entry: string
  readonly notBefore?: Date | null
  readonly createdAt: Date
  readonly until: Date
}

/** Where a document is kept: two functions over one text. `get` answers null where nothing was set yet. */
export interface DocumentStore {
  get(): Promise<string | null> | string | null
  set(text: string): Promise<void> | void
}

/** The answer to what could not be looked up or stored. */
export function toUnavailable(message: string): APIError {
  return new APIError(
    'SERVICE_UNAVAILABLE',
    { message, code: 'SERVICE_UNAVAILABLE' },
    { 'cache-control': 'no-store', 'retry-after': '2' },
  )
}
