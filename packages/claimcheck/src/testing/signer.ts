/** A key pair that signs whatever text it is given, good or bad. */
import { base64url, type JWK } from 'jose'
import type { Algorithm } from '../contract.js'

/** What a part of a token is made of: a text, or its bytes where no text has them. */
export type PartContent = string | Uint8Array

export interface Signer {
  readonly algorithm: Algorithm
  readonly keyId: string
  /** As an issuer publishes it. */
  readonly publicJwk: JWK
  readonly privateJwk: JWK
  /** Signs a header and a payload exactly as given: they need not be JSON, nor make sense. */
  signText(header: PartContent, payload: PartContent): Promise<string>
  /** Signs claims under `{ alg, kid }`; a header parameter or claim given as `undefined` is left out. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
}

export interface SignerOptions {
  /** RSA only, in bits. Default: 2048. */
  modulusLength?: number
  /** RSA only, big-endian bytes. Default: 65537. */
  publicExponent?: Uint8Array<ArrayBuffer>
}

/** Creates a key pair and what signs with it. */
export async function createSigner(
  algorithm: Algorithm,
  { modulusLength = 2048, publicExponent = new Uint8Array([1, 0, 1]) }: SignerOptions = {},
): Promise<Signer> {
  const keyId = `key-${crypto.randomUUID()}`
  const parameters =
    algorithm === 'EdDSA'
      ? { name: 'Ed25519' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent }
  // Both algorithms make pairs, which the types of this overload cannot tell.
  const pair = (await crypto.subtle.generateKey(parameters, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const describe = { kid: keyId, alg: algorithm, use: 'sig' }

  return {
    algorithm,
    keyId,
    publicJwk: { ...(await exportMembers(pair.publicKey)), ...describe },
    privateJwk: { ...(await exportMembers(pair.privateKey)), ...describe },
    signText,
    sign(claims, header = {}) {
      return signText(
        JSON.stringify({ alg: algorithm, kid: keyId, ...header }),
        JSON.stringify(claims),
      )
    },
  }

  async function signText(header: PartContent, payload: PartContent): Promise<string> {
    const input = `${base64url.encode(header)}.${base64url.encode(payload)}`
    const signature = await crypto.subtle.sign(
      parameters.name,
      pair.privateKey,
      new TextEncoder().encode(input),
    )
    return `${input}.${base64url.encode(new Uint8Array(signature))}`
  }
}

async function exportMembers(key: CryptoKey): Promise<JWK> {
  const { ext: _, key_ops: __, alg: ___, ...members } = await crypto.subtle.exportKey('jwk', key)
  return members as JWK
}
