/**
 * Which stored key signs, which are published, and when the next one is due: pure functions of the
 * rows and the time.
 */
import type { Jwk } from 'better-auth/plugins'
import { type Algorithm, LONGEST_LIFETIME_SECONDS } from '../contract.js'

/** A row of Better Auth's `jwks` table, with the column this library adds. */
export interface KeyRow {
  readonly id: string
  readonly publicKey: string
  /** Encrypted with Better Auth's secret; empty once the key is revoked. */
  readonly privateKey: string
  readonly createdAt: Date
  readonly expiresAt?: Date | null
  readonly alg?: string | null
  readonly crv?: string | null
  readonly slot?: string | null
}

/**
 * Milliseconds a key is published before it signs, so that every verifier has fetched it by then.
 */
export const NOTICE_PERIOD = 5 * 60_000

/**
 * Milliseconds a key stays published once it stopped signing: the longest a token can live, and an
 * hour.
 */
export const RETIREMENT_PERIOD = (LONGEST_LIFETIME_SECONDS + 3600) * 1000

/**
 * The key that signs now: the newest one that was published long enough, else the oldest there is.
 */
export function pickSigner(
  rows: readonly KeyRow[],
  algorithm: Algorithm,
  now: number,
): KeyRow | undefined {
  const usable = listUsable(rows, algorithm)
  return usable.findLast((row) => row.createdAt.getTime() + NOTICE_PERIOD <= now) ?? usable[0]
}

/**
 * Whether to make the next key: there is none, or the newest one is about to have signed for
 * `rotation` milliseconds.
 */
export function isKeyDue(
  rows: readonly KeyRow[],
  algorithm: Algorithm,
  rotation: number,
  now: number,
): boolean {
  const newest = listUsable(rows, algorithm).at(-1)
  return !newest || newest.createdAt.getTime() + rotation - NOTICE_PERIOD <= now
}

/** The keys that sign or will sign: the signer and whatever is newer. */
export function listInUse(rows: readonly KeyRow[], algorithm: Algorithm, now: number): KeyRow[] {
  const signer = pickSigner(rows, algorithm, now)
  return listUsable(rows, algorithm).filter((row) => signer && compareAge(signer, row) <= 0)
}

/**
 * When a key stopped or will stop signing: as soon as a newer one was published long enough.
 * Infinity for the newest.
 */
export function readStop(rows: readonly KeyRow[], row: KeyRow): number {
  const newer = rows
    .filter((other) => !isRevoked(other) && compareAge(row, other) < 0)
    .map((other) => other.createdAt.getTime())
  return newer.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...newer) + NOTICE_PERIOD
}

/** The name of the next key's place in the sequence of its algorithm; revoked keys keep theirs. */
export function nextSlot(rows: readonly KeyRow[], algorithm: Algorithm): string {
  const taken = rows
    .map((row) => /^(\w+):(\d+)$/.exec(row.slot ?? ''))
    .map((match) => (match?.[1] === algorithm ? Number(match[2]) : 0))
  return `${algorithm}:${Math.max(0, ...taken) + 1}`
}

/**
 * Dresses the rows for Better Auth's jwt(), which publishes what it is given and signs with the
 * newest that has not expired: the signer becomes the newest, the others the oldest, and the
 * revoked and the long retired are left out.
 */
export function toPublishedKeys(rows: readonly KeyRow[], algorithm: Algorithm, now: number): Jwk[] {
  const signer = pickSigner(rows, algorithm, now)
  return rows
    .filter(
      (row) => row === signer || (!isRevoked(row) && readStop(rows, row) + RETIREMENT_PERIOD > now),
    )
    .map((row) => toJwk(row, new Date(row === signer ? now : 0)))
}

function toJwk(row: KeyRow, createdAt: Date): Jwk {
  // The columns are plain text to the database; Better Auth wrote these two from its own unions.
  const alg = readAlgorithm(row) as NonNullable<Jwk['alg']>
  const crv = (row.crv ?? undefined) as Jwk['crv']
  const { id, publicKey, privateKey } = row
  return { id, publicKey, privateKey, createdAt, alg, ...(crv && { crv }) }
}

/**
 * A revoked key has lost its private half; the row stays, so that its slot is not given away again.
 */
function isRevoked(row: KeyRow): boolean {
  return row.privateKey === ''
}

/** Rows without an algorithm were stored by an older Better Auth, which made Ed25519 keys. */
function readAlgorithm(row: KeyRow): string {
  return row.alg ?? 'EdDSA'
}

function listUsable(rows: readonly KeyRow[], algorithm: Algorithm): KeyRow[] {
  return rows
    .filter((row) => !isRevoked(row) && readAlgorithm(row) === algorithm)
    .toSorted(compareAge)
}

function compareAge(a: KeyRow, b: KeyRow): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
