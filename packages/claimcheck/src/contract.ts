/** What the issuer and the resource server agree on: names, limits and the shapes that cross between them. */

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
