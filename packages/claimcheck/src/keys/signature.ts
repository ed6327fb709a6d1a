/** Whether a token was signed with a key: asked of node:crypto on Node, and of WebCrypto by jose elsewhere. */
import type * as Crypto from 'node:crypto'
import { type CryptoKey, errors, flattenedVerify } from 'jose'
import { isBoundToRequests } from '../platform.js'
import type { ParsedToken } from '../tokens/token.js'
import type { VerificationKey } from './key-policy.js'

/** The algorithm of the token is that of the key; what a key may be was decided when it was read. */
export type VerifySignature = (
  token: Pick<ParsedToken, 'text' | 'parts' | 'algorithm'>,
  key: VerificationKey,
) => Promise<boolean>

/** A check of WebCrypto costs the main thread on Node three times what one of node:crypto costs. */
const nodeCrypto = findNodeCrypto()

export const verifySignature: VerifySignature =
  nodeCrypto === null ? verifyWithJose : createNodeVerification(nodeCrypto)

/** For the tests, which run it on Node as well. */
export async function verifyWithJose(
  ...[{ parts, algorithm }, { key }]: Parameters<VerifySignature>
): Promise<boolean> {
  const [protectedHeader, payload, signature] = parts
  try {
    await flattenedVerify({ protected: protectedHeader, payload, signature }, key, {
      algorithms: [algorithm],
    })
    return true
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}

function createNodeVerification(crypto: typeof Crypto): VerifySignature {
  // The same keys in another form, made once for each.
  const keyObjects = new WeakMap<CryptoKey, Crypto.KeyObject>()

  function toKeyObject(key: CryptoKey): Crypto.KeyObject {
    let keyObject = keyObjects.get(key)
    if (keyObject === undefined) {
      keyObject = crypto.KeyObject.from(key as Crypto.webcrypto.CryptoKey)
      keyObjects.set(key, keyObject)
    }
    return keyObject
  }

  return function verifyWithNode({ text, parts }, { key, algorithm }) {
    const signature = parts[2]
    // RSASSA-PKCS1-v1_5 is what Node does with an RSA key; Ed25519 brings a digest of its own.
    const digest = algorithm === 'RS256' ? 'sha256' : null
    // Without the last dot and what follows it.
    const content = Buffer.from(text.slice(0, -signature.length - 1), 'latin1')
    const bytes = Buffer.from(signature, 'base64url')
    return new Promise((resolve) => {
      crypto.verify(digest, content, toKeyObject(key), bytes, (error, isGood) =>
        // What cannot even be compared is no signature of this key.
        resolve(error === null && isGood),
      )
    })
  }
}

/** Null on other platforms, which have one that is not the same, or none. */
function findNodeCrypto(): typeof Crypto | null {
  if (isBoundToRequests() || globalThis.process?.release?.name !== 'node') return null
  const { bun, deno } = process.versions
  return bun === undefined && deno === undefined
    ? (process.getBuiltinModule?.('node:crypto') ?? null)
    : null
}
