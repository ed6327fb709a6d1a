/** Reads what an issuer signs about revocations: nothing in it counts unless it was signed as what it is. */
import { compactVerify } from 'jose'
import {
  type Algorithm,
  ISSUED_AHEAD_SECONDS,
  type ListedSegment,
  LONGEST_LIFETIME_SECONDS,
  MANIFEST_TYPE,
  PERSON_ENTRY_BYTES,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_TYPE,
  type RevocationDocument,
  SEGMENT_NAME_LENGTH,
  SESSION_ENTRY_BYTES,
} from '../contract.js'
import type { KeySource } from '../keys/key-source.js'
import { parseStrictObject } from '../tokens/strict-json.js'
import type { NamedSegment } from './held-segments.js'

export interface DocumentTrust {
  readonly issuer: string
  readonly algorithms: readonly Algorithm[]
  readonly keys: KeySource
}

/** Both say these, and nothing counts without them. */
interface Common {
  readonly iss: string
  readonly aud: typeof REVOCATIONS_AUDIENCE
  readonly iat: number
  readonly exp: number
  readonly notBefore: number
}

/** A manifest as it is followed. The members are those of the claims. */
export interface ReadManifest extends Pick<Common, 'iat' | 'notBefore'> {
  readonly retention: number
  readonly sids: readonly NamedSegment[]
  readonly subs: readonly NamedSegment[]
}

/** The most segments that a manifest may list of one kind, and the most bytes of one and of all. */
const MOST_SEGMENTS = 4_096
const LARGEST_SEGMENT = 64 * 1024 * 1024
const LARGEST_SUM = 1024 * 1024 * 1024

/** The longest that an issuer may ask an entry to be kept, in seconds. */
const LONGEST_RETENTION = LONGEST_LIFETIME_SECONDS + 90

/**
 * Reads the old document. How old it may be is the caller's to decide.
 *
 * @throws AuthError `key_unknown` or `keys_unavailable`, where its key is not there
 * @throws Error with a sentence that says what is wrong with it
 */
export async function readRevocationDocument(
  text: string,
  trust: DocumentTrust,
  now: number,
): Promise<RevocationDocument> {
  const claims = await readSigned(text, REVOCATIONS_TYPE, trust, now)
  const { sids, subs } = claims
  if (!isTexts(sids) || !isTexts(subs)) throw new Error('One of its lists is missing')
  return { ...readCommon(claims, trust.issuer, now), sids, subs }
}

/** Reads a manifest, likewise. Sizes in it are bounded, so that they bound what is fetched. */
export async function readRevocationManifest(
  text: string,
  trust: DocumentTrust,
  now: number,
): Promise<ReadManifest> {
  const claims = await readSigned(text, MANIFEST_TYPE, trust, now)
  const { retention } = claims
  if (!isTime(retention) || retention > LONGEST_RETENTION)
    throw new Error(`Its retention is not a time of at most ${LONGEST_RETENTION} s`)
  const sids = readSegments(claims.sids, SESSION_ENTRY_BYTES)
  const subs = readSegments(claims.subs, PERSON_ENTRY_BYTES)
  const sum = [...sids, ...subs].reduce((bytes, { size }) => bytes + size, 0)
  if (sum > LARGEST_SUM) throw new Error(`Its segments have more than ${LARGEST_SUM} bytes`)
  return { ...readCommon(claims, trust.issuer, now), retention, sids, subs }
}

async function readSigned(
  text: string,
  type: string,
  { algorithms, keys }: DocumentTrust,
  now: number,
): Promise<Record<string, unknown>> {
  // Padding and white space would be skipped in decoding: one document would have many texts (RFC 7515 §2).
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) throw new Error('It is not a compact JWS')
  const { payload, protectedHeader } = await compactVerify(
    text,
    async ({ kid = '' }) => (await keys.find(kid, now)).key,
    { algorithms: [...algorithms] },
  )
  if (protectedHeader.typ !== type) throw new Error(`Its typ is not ${type}`)
  return parseStrictObject(new TextDecoder('utf-8', { fatal: true }).decode(payload))
}

function readCommon(claims: Record<string, unknown>, issuer: string, now: number): Common {
  const { iss, aud, iat, exp, notBefore } = claims
  if (iss !== issuer) throw new Error('It comes from another issuer')
  if (aud !== REVOCATIONS_AUDIENCE) throw new Error(`Its audience is not ${REVOCATIONS_AUDIENCE}`)
  if (!isTime(iat) || !isTime(exp) || !isTime(notBefore))
    throw new Error('One of its times is missing')
  if (iat > now / 1_000 + ISSUED_AHEAD_SECONDS) throw new Error('It was issued in the future')
  return { iss: issuer, aud: REVOCATIONS_AUDIENCE, iat, exp, notBefore }
}

function readSegments(value: unknown, entryBytes: number): NamedSegment[] {
  if (!Array.isArray(value) || value.length > MOST_SEGMENTS)
    throw new Error(`A list of at most ${MOST_SEGMENTS} segments is missing`)
  let end = 0
  return value.map((item: unknown) => {
    if (!isSegment(item, entryBytes)) throw new Error('One of its segments is malformed')
    const [name, size, gap, length] = item
    const start = end + gap
    end = start + length
    return { name, size, start, length }
  })
}

function isSegment(item: unknown, entryBytes: number): item is ListedSegment {
  if (!Array.isArray(item) || item.length !== 4) return false
  const [name, size, gap, length]: unknown[] = item
  return (
    typeof name === 'string' &&
    name.length === SEGMENT_NAME_LENGTH &&
    /^[\w-]+$/.test(name) &&
    isCount(size) &&
    size > 0 &&
    size <= LARGEST_SEGMENT &&
    size % entryBytes === 0 &&
    isCount(gap) &&
    isCount(length) &&
    length > 0
  )
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}
