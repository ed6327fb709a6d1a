/** A published key set, reduced to the keys that may verify tokens here. */
import type { Algorithm } from '../contract.js'
import { type RefusedKey, readKey, type VerificationKey } from './key-policy.js'

type KeysById = ReadonlyMap<string, VerificationKey>

/** The keys that may be used, by key id, and those that may not, with the reason. */
export interface ReadKeySet {
  readonly keys: KeysById
  readonly refused: readonly RefusedKey[]
}

/**
 * Reads the members of a JWKS (RFC 7517 §5). One bad member does not spoil the others.
 *
 * @param before the keys so far: one that did not change stays the same object, and with it every signature that
 * was checked under it
 */
export async function readKeySet(
  published: readonly unknown[],
  algorithms: readonly Algorithm[],
  before?: KeysById,
): Promise<ReadKeySet> {
  const keys = new Map<string, VerificationKey>()
  const refused: RefusedKey[] = []
  for (const read of await Promise.all(published.map(readKey))) {
    if ('reason' in read) {
      refused.push(read)
    } else if (!algorithms.includes(read.algorithm)) {
      refused.push({ keyId: read.keyId, reason: 'its algorithm is not allowed here' })
    } else if (keys.has(read.keyId)) {
      refused.push({ keyId: read.keyId, reason: 'its kid is taken by a key before it' })
    } else {
      const known = before?.get(read.keyId)
      keys.set(read.keyId, known?.material === read.material ? known : read)
    }
  }
  return { keys, refused }
}

/** The most keys a document may hold. More is not a key set, and cutting it short could lose the newest key. */
const MOST_KEYS = 32

/** The members of a JWKS, unchecked. @throws Error that says what came instead, with nothing of its content */
export function parseKeySet(body: string): readonly unknown[] {
  const document = parseJson(body)
  const keys =
    typeof document === 'object' && document !== null && 'keys' in document
      ? document.keys
      : undefined
  if (!Array.isArray(keys)) throw new Error('The key set has no array "keys"')
  if (keys.length > MOST_KEYS) throw new Error(`The key set holds more than ${MOST_KEYS} keys`)
  return keys
}

/** A key set as it was last fetched. Public material only. */
export interface StoredKeySet {
  readonly url: string
  /** When the issuer last confirmed it, in milliseconds since 1970. */
  readonly fetchedAt: number
  readonly keys: readonly unknown[]
}

/** Reads what was stored for this address; null where that cannot be used. */
export function parseStoredKeySet(text: string, url: string): StoredKeySet | null {
  const stored = parseJson(text) as Partial<StoredKeySet> | null
  const isUsable =
    stored?.url === url && Number.isFinite(stored.fetchedAt) && Array.isArray(stored.keys)
  // The three fields were just checked.
  return isUsable ? (stored as StoredKeySet) : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message would quote the text.
    throw new Error('The key set is not JSON')
  }
}
