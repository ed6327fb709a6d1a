/** Which kind of thing a text is that somebody takes for a token. */
import { ACCESS_TOKEN_TYPE, REVOCATIONS_TYPE } from '../contract.js'

export interface ReadToken {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

export interface TokenKind {
  /** A sentence about what it is. */
  readonly says: string
  /** What to do, where it is not the token of a person. */
  readonly cure?: string
  /** Header and claims, where it has any. Nothing of them has been verified. */
  readonly token: ReadToken | null
}

const fetchOne = 'Send what /api/auth/token answers: authClient.token() in the browser.'

/** Says what a text is. */
export function readTokenKind(text: string): TokenKind {
  const opaque = findOpaque(text)
  if (opaque !== undefined) return { cure: fetchOne, ...opaque, token: null }
  const token = readParts(text)
  if (token === null) {
    return { says: 'It has the shape of a JWT, and cannot be read as one.', cure: fetchOne, token }
  }
  return { ...findJwtKind(token), token }
}

function findOpaque(text: string): Omit<TokenKind, 'token'> | undefined {
  const parts = text.split('.')
  if (/^(undefined|null|\[object \w+\]|NaN|false)$/.test(text)) {
    return {
      says: `It is the word "${text}": a variable that held no token was sent as text.`,
      cure: 'Await the token before it is sent; authClient.token() gives { data: { token } }, and getSession() holds none.',
    }
  }
  if (/^bearer /i.test(text)) {
    return {
      says: 'It begins with the word Bearer, which belongs to the header and not to the token.',
      cure: 'Take the word off: "Authorization: Bearer <token>" has it once.',
    }
  }
  if (/^["'].*["']$/.test(text)) {
    return { says: 'It stands in quotation marks.', cure: 'Take the quotation marks off.' }
  }
  if (/^[A-Za-z0-9]{32}$/.test(text)) {
    return { says: 'It is a Better Auth session token, not a JWT: an opaque secret of the issuer.' }
  }
  if (/^[A-Za-z0-9]{32}(\.|%2E)[A-Za-z0-9+/%_-]{40,}=*$/.test(text)) {
    return { says: 'It is the signed session cookie of Better Auth, not a JWT.' }
  }
  if (parts.length === 5) {
    return { says: 'It is an encrypted token (JWE); this API reads signed ones.' }
  }
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)) {
    return { says: 'It is a UUID, such as an id, and not a token.' }
  }
  if (parts.length === 3) return undefined
  return { says: `It is no JWT: that has three parts, and this has ${parts.length}.` }
}

function findJwtKind({ header, claims }: ReadToken): Omit<TokenKind, 'token'> {
  const { alg, typ } = header
  if (typeof alg === 'string' && /^HS/.test(alg)) {
    return {
      says: `It is signed with a shared secret (${alg}), as an API without Claimcheck might do.`,
      cure: 'Better Auth signs with key pairs: fetch a token from /api/auth/token.',
    }
  }
  if (alg === 'none') return { says: 'It is not signed at all.', cure: fetchOne }
  if (typ === REVOCATIONS_TYPE || typ === 'revocation-manifest+jwt') {
    return { says: 'It is a document of the revocation feed, not a token.', cure: fetchOne }
  }
  const marks = ['scope', 'azp', 'client_id', 'act'].filter((name) => claims[name] !== undefined)
  if (typ === ACCESS_TOKEN_TYPE || marks.length > 0) {
    return {
      says: 'It is an OAuth access token that was issued to a program, not to the person.',
      cure: 'Send the token of /api/auth/token instead; programs cannot speak for people here.',
    }
  }
  if (['nonce', 'at_hash', 'auth_time'].some((name) => claims[name] !== undefined)) {
    return { says: 'It is an OpenID Connect ID token, for the program alone.', cure: fetchOne }
  }
  if (typ !== undefined && typ !== 'JWT') {
    return { says: 'Its typ says that it is another kind of token.', cure: fetchOne }
  }
  return { says: 'It is a token of a person, as Better Auth issues them.' }
}

function readParts(text: string): ReadToken | null {
  const [header, claims] = text.split('.').slice(0, 2).map(readPart)
  return header && claims ? { header, claims } : null
}

function readPart(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
