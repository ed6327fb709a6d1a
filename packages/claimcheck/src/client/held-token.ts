/** A token in memory, and how much of its life is left whatever the laptop's clock says. */

import { TokenUnavailableError } from './client-errors.js'

export interface HeldToken {
  readonly text: string
  /** Only compared, never shown: a token of somebody else must not carry on a session. */
  readonly subject: unknown
  /** The issuer's clock, in seconds: of two tokens the one issued later is the fresher. */
  readonly issuedAt: number
  /** Milliseconds between `iat` and `exp`. */
  readonly lifetime: number
  /** Milliseconds before the end from which on a new token is fetched in the background. */
  readonly margin: number
  /** Milliseconds of life left. */
  remaining(): number
}

/**
 * Reads a token. `age` measures from the moment it was asked for, which is never later than the issue: neither a
 * clock that is off nor a slow answer makes a dead token look alive.
 *
 * @param audience which API it was asked for; a token for another must not be taken for it
 */
export function holdToken(text: unknown, age: () => number, audience?: string): HeldToken {
  const { iat, exp, sub, aud } = readClaims(text)
  const lifetime = (Number(exp) - Number(iat)) * 1000
  if (typeof iat !== 'number' || !(lifetime > 0)) {
    throw new TokenUnavailableError('token_unreadable')
  }
  if (audience && aud !== audience) throw new TokenUnavailableError('token_misdirected')
  return {
    text: text as string, // readClaims threw for anything else
    subject: sub,
    issuedAt: iat,
    lifetime,
    margin: Math.min(60_000, lifetime / 5),
    remaining: () => lifetime - age(),
  }
}

/** Not a check of the token, which only the API can make: three parts, and an object in the middle. */
function readClaims(text: unknown): Record<string, unknown> {
  try {
    const payload = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text as string)?.[1] as string
    return Object(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))))
  } catch {
    // Without the cause: what JSON.parse complains about, it quotes.
    throw new TokenUnavailableError('token_unreadable')
  }
}
