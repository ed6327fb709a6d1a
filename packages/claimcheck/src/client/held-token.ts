/** A token in memory, and how much of its life is left whatever the laptop's clock says. */

import { TokenUnavailableError } from './client-errors.js'
import type { Clock } from './clock.js'

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
  readonly monotonic: number
  readonly wall: number
}

/** A moment on both clocks. */
export type Moment = Pick<HeldToken, 'monotonic' | 'wall'>

export function readMoment(clock: Clock): Moment {
  return { monotonic: clock.monotonic(), wall: clock.wall() }
}

/**
 * Reads the token that was asked for at `asked`. Its lifetime is counted from that moment, which is never later
 * than the issue: neither a clock that is off nor a slow answer makes a dead token look alive.
 */
export function holdToken(text: unknown, asked: Moment): HeldToken {
  const { iat, exp, sub } = readClaims(text)
  const lifetime = (Number(exp) - Number(iat)) * 1000
  if (typeof iat !== 'number' || typeof exp !== 'number' || !(lifetime > 0)) {
    throw new TokenUnavailableError('token_unreadable')
  }
  return {
    text: text as string, // readClaims threw for anything else
    subject: sub,
    issuedAt: iat,
    lifetime,
    margin: Math.min(60_000, lifetime / 5),
    ...asked,
  }
}

/**
 * Milliseconds of life left. Of the two clocks the one that went further counts: the monotonic one is right while
 * the machine is awake, the other one after it slept.
 */
export function readRemaining(token: HeldToken, clock: Clock): number {
  const awake = clock.monotonic() - token.monotonic
  const passed = clock.wall() - token.wall
  return token.lifetime - Math.max(awake, passed)
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
