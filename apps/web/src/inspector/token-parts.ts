// A token taken apart for whoever holds it. Nothing is checked here; that is the API's part.

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

function readObject(part: string): Record<string, unknown> {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
  if (typeof value !== 'object' || value === null) throw new SyntaxError('Expected an object')
  return { ...value }
}

function encode(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text))
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
