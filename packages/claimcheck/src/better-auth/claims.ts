/** What a token says about a person: as little as the API needs. */
import type { Session, User } from 'better-auth'

/** The signed-in person a token is made for. */
export interface SignedIn {
  readonly user: User & Record<string, unknown>
  readonly session: Session & Record<string, unknown>
}

/** One named extra claim: a JSON value, or undefined to leave the claim out. */
export type ReadClaim = (signedIn: SignedIn) => unknown

/** Claims this library sets or gives a meaning to; an extra claim cannot take their names. */
const reservedClaims: readonly string[] = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'sid',
  'cnf',
  'events',
  'act',
  'scope',
  'azp',
  'client_id',
  '__proto__',
]

/** Throws a TypeError when an extra claim would replace one of the token's own. */
export function assertExtraClaims(claims: Readonly<Record<string, ReadClaim>>): void {
  for (const [name, read] of Object.entries(claims)) {
    if (reservedClaims.includes(name)) {
      throw new TypeError(
        `claims.${name}: expected another name, because tokens have a meaning for this one`,
      )
    }
    if (typeof read !== 'function') {
      throw new TypeError(`claims.${name}: expected a function that returns the value`)
    }
  }
}

/**
 * Makes the payload of one token: `iat`, `exp`, `sid` (the session's id, never its token), `jti`
 * and the extra claims. Better Auth adds `sub`, `iss` and `aud`. The token never outlives its
 * session.
 *
 * @param expiration Longest lifetime in seconds.
 * @param issuedAt Seconds since 1970.
 */
export function createPayload(
  signedIn: SignedIn,
  expiration: number,
  issuedAt: number,
  claims: Readonly<Record<string, ReadClaim>>,
): Record<string, unknown> {
  const sessionEnd = Math.floor(new Date(signedIn.session.expiresAt).getTime() / 1000)
  const extra = Object.entries(claims)
    .map(([name, read]) => [name, read(signedIn)] as const)
    .filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(extra),
    iat: issuedAt,
    exp: Math.min(issuedAt + expiration, sessionEnd),
    sid: signedIn.session.id,
    jti: crypto.randomUUID(),
  }
}
