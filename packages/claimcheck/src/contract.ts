/** What the issuer and the resource server agree on: names, limits and the shapes that cross between them. */
import { base64url } from 'jose'
import { isEdgeRuntime } from './platform.js'

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

/** How deep the header and the claims of a token may be nested; the object itself is the first level. */
export const DEEPEST_JSON = 16

/** The longest key id, in characters. */
export const LONGEST_KEY_ID = 128

/** The longest subject or session id, in characters (Unicode code points). */
export const LONGEST_ID = 255

/** The `typ` of a token that was issued to a program and not to a person (RFC 9068 §2.1). */
export const ACCESS_TOKEN_TYPE = 'at+jwt'

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

/** The `typ` of a revocation manifest. Its `aud` is that of the document. */
export const MANIFEST_TYPE = 'revocation-manifest+jwt'

/** The longest a request for the manifest is held until something changes, in seconds. */
export const LONGEST_MANIFEST_WAIT_SECONDS = 1

/** What segments are cut along, in milliseconds since 1970: a segment covers a whole number of cells. */
export const CELL_MILLISECONDS = 250

/**
 * Bytes that a segment spends on an ended session: the first half of its digest. Whoever wants a session of somebody
 * else to be taken for an ended one has to find a second preimage of 128 bits, and does not choose session ids.
 */
export const SESSION_ENTRY_BYTES = 16

/** Bytes that a segment spends on a deleted person: the whole digest, because data is deleted by it. */
export const PERSON_ENTRY_BYTES = 32

/**
 * Characters of a segment's name, of the base64url of the SHA-256 of its bytes: 132 bits. To have other bytes taken
 * for a segment takes a second preimage of that; two segments of one name would have to be made by the issuer itself.
 */
export const SEGMENT_NAME_LENGTH = 22

/**
 * A segment as the manifest lists it: its name, its size in bytes, how many cells lie between it and the end of the
 * one before it (or, for the first, between it and 1970), and how many it covers. So segments of one kind are in
 * the order of their cells, and never overlap.
 */
export type ListedSegment = readonly [name: string, size: number, gap: number, length: number]

/**
 * What a follower accepts that can read a manifest with new segments behind it: the JWS, then segments one to a
 * line, in base64url. Nothing says which they are but their digests.
 */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.claimcheck.bundle'

/** The claims of a revocation manifest: everything that is revoked now, by the names of the segments that hold it. */
export interface RevocationManifest {
  readonly iss: string
  readonly aud: typeof REVOCATIONS_AUDIENCE
  readonly iat: number
  readonly exp: number
  /** Refuse every token with a smaller `iat`; 0 refuses none. */
  readonly notBefore: number
  /** The longest lifetime of any token that this issuer signs, plus 90 s; in seconds. */
  readonly retention: number
  /** Segments of ended sessions, {@link SESSION_ENTRY_BYTES} each. */
  readonly sids: readonly ListedSegment[]
  /** Segments of deleted people, {@link PERSON_ENTRY_BYTES} each. */
  readonly subs: readonly ListedSegment[]
}

/** How a session or a person is named in a revocation document, so that the document can be public. */
export async function toRevocationEntry(
  issuer: string,
  kind: 'sid' | 'sub',
  id: string,
): Promise<string> {
  const text = `${issuer}|${kind}|${id}`
  return findDigest()?.('sha256', text, 'base64url') ?? digest(new TextEncoder().encode(text))
}

/** Above so many bytes, a digest is worth a thread. */
const LARGE = 128 * 1024

/** What a manifest calls these bytes. */
export async function toSegmentName(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const atOnce = bytes.length > LARGE ? undefined : findDigest()
  const name = atOnce?.('sha256', bytes, 'base64url') ?? (await digest(bytes))
  return name.slice(0, SEGMENT_NAME_LENGTH)
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** Node's own, which is there at once: this runs for every new token, and Web Crypto waits for a thread. */
function findDigest(): typeof import('node:crypto').hash | undefined {
  // On Next's edge runtime even asking throws.
  if (isEdgeRuntime()) return undefined
  return globalThis.process?.getBuiltinModule?.('node:crypto')?.hash
}
