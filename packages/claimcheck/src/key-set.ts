/** A published key set, reduced to the keys that may verify tokens here. */
import type { Algorithm } from './contract.js'
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
