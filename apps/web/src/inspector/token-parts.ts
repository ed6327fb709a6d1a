/** A token taken apart for whoever holds it. Nothing is checked here; that is the API's part. */

export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
  /** Bytes. */
  readonly signatureSize: number
}

/** @throws SyntaxError when it is no JWT */
export function readTokenParts(token: string): TokenParts {
  const [header = '', claims = '', signature = ''] = token.split('.')
  return {
    header: readObject(header),
    claims: readObject(claims),
    signatureSize: Math.floor((signature.length * 3) / 4),
  }
}

/** The same token, said to be about somebody else; the signature is as it was. */
export function tamper(token: string, subject: string): string {
  const [header, claims = '', signature] = token.split('.')
  const changed = { ...readObject(claims), sub: subject }
  return [header, encode(JSON.stringify(changed)), signature].join('.')
}

/** The same claims under the algorithm that is none; the signature is as it was. */
export function unsign(token: string): string {
  return replaceAlgorithm(token, 'none')
}

/** The same claims, signed with a secret that everybody has: the public key. */
export async function confuse(token: string, secret: string): Promise<string> {
  const [header, claims] = replaceAlgorithm(token, 'HS256').split('.')
  const bytes = (text: string) => new TextEncoder().encode(text)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes(secret), algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, bytes(`${header}.${claims}`))
  return [header, claims, encodeBytes(new Uint8Array(signature))].join('.')
}

function replaceAlgorithm(token: string, alg: string): string {
  const [header = '', claims, signature] = token.split('.')
  return [encode(JSON.stringify({ ...readObject(header), alg })), claims, signature].join('.')
}

function readObject(part: string): Record<string, unknown> {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
  if (typeof value !== 'object' || value === null) throw new SyntaxError('Expected an object')
  return { ...value }
}

function encode(text: string): string {
  return encodeBytes(new TextEncoder().encode(text))
}

function encodeBytes(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
