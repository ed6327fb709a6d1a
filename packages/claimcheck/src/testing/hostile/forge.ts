/** The tools of a forger: taking tokens apart, putting others together, and signing without the issuer's key. */
import { base64url, exportSPKI, importJWK, type JWK } from 'jose'
import type { Algorithm } from '../../contract.js'
import type { PartContent } from '../signer.js'
import type { Attempt, PublicMeans } from './case.js'

export type PartName = 'header' | 'payload' | 'signature'

const partNames: readonly PartName[] = ['header', 'payload', 'signature']

/** Changes the text of one part of a token. */
export function changePart(token: string, name: PartName, change: (text: string) => string) {
  return token
    .split('.')
    .map((text, index) => (partNames[index] === name ? change(text) : text))
    .join('.')
}

/** Changes the bytes of the signature. */
export function changeSignature(token: string, change: (bytes: Uint8Array) => Uint8Array) {
  return changePart(token, 'signature', (text) => base64url.encode(change(base64url.decode(text))))
}

/** Puts three parts together; the signature is bytes. */
export function assemble(
  header: PartContent | object,
  payload: PartContent | object,
  signature: Uint8Array = new Uint8Array(),
): string {
  return [encodePart(header), encodePart(payload), base64url.encode(signature)].join('.')
}

/** A token of an algorithm with a shared secret (RFC 7518 §3.2), for whatever the forger takes as the secret. */
export async function signWithSecret(
  means: PublicMeans,
  secret: PartContent,
  { hash = '256', header = {} }: { hash?: '256' | '384' | '512'; header?: object } = {},
): Promise<string> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  const key = await crypto.subtle.importKey(
    'raw',
    // No key at all is the same to HMAC as a zero byte (RFC 2104 §2), and Web Crypto takes only the latter.
    bytes.length === 0 ? new Uint8Array(1) : new Uint8Array(bytes),
    { name: 'HMAC', hash: `SHA-${hash}` },
    false,
    ['sign'],
  )
  const input = assemble({ ...means.header, alg: `HS${hash}`, ...header }, means.claims)
  const text = input.slice(0, -1)
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return input + base64url.encode(new Uint8Array(signature))
}

/** The key that signs now, as it is published. */
export function readPublishedKey({ jwks, keyId }: PublicMeans): JWK {
  const key = jwks.keys.find(({ kid }) => kid === keyId)
  if (key === undefined) throw new Error('Expected the issuer to publish the key it signs with')
  return key
}

/** The published key as PEM, which libraries without a check took for a shared secret. */
export async function toPem(jwk: JWK, algorithm: Algorithm): Promise<string> {
  const key = await importJWK(jwk, algorithm, { extractable: true })
  if (key instanceof Uint8Array) throw new Error('Expected an asymmetric key')
  return exportSPKI(key)
}

/** A request with these headers. */
export function withHeaders(...headers: Attempt['headers']): Attempt {
  return { headers }
}

/** A request whose Authorization header is exactly this. */
export function withAuthorization(value: string): Attempt {
  return withHeaders(['Authorization', value])
}

function encodePart(part: PartContent | object): string {
  const isContent = typeof part === 'string' || part instanceof Uint8Array
  return base64url.encode(isContent ? part : JSON.stringify(part))
}
