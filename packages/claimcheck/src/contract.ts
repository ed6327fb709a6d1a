/** What the issuer and the resource server agree on: names, limits and the shapes that cross between them. */
import { base64url } from 'jose'

/** Signature algorithms an issuer may use (RFC 8037 §3.1, RFC 7518 §3.3). */
export type Algorithm = 'EdDSA' | 'RS256'

/** Seconds by which the clocks of issuer and API may disagree when `exp` and `nbf` are judged. */
export const CLOCK_TOLERANCE_SECONDS = 5

/** Seconds that `iat` may lie ahead of the API's clock. */
export const ISSUED_AHEAD_SECONDS = 60

/** The longest lifetime (`exp` minus `iat`) a token may claim, in seconds. */
export const LONGEST_LIFETIME_SECONDS = 24 * 60 * 60

/** The largest token that is looked at, in characters. */
export const LONGEST_TOKEN = 8192

/** The longest key id, in characters. */
export const LONGEST_KEY_ID = 128

/** The longest subject or session id, in characters (Unicode code points). */
export const LONGEST_ID = 255

/** The person (and session) a token speaks for, once every check has passed. Frozen. */
export interface Identity {
  /** The user id: `sub`, the only source of identity. */
  readonly subject: string
  /** The session the token was issued from (`sid`), or null where the issuer does not say. */
  readonly sessionId: string | null
  /** The token's own id (`jti`), or null. */
  readonly tokenId: string | null
  readonly issuer: string
  /** The audience this API answers to: the configured one, also where the token names several. */
  readonly audience: string
  /** Seconds since 1970 (RFC 7519 §4.1.6). */
  readonly issuedAt: number
  /** Seconds since 1970 (RFC 7519 §4.1.4). */
  readonly expiresAt: number
  /** Every claim of the token, frozen all the way down. */
  readonly claims: Readonly<Record<string, unknown>>
}

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
