/** One question to the issuer, shared by all who ask while it is open. */

import { SignedOutError, TokenUnavailableError } from './client-errors.js'
import { type Clock, pause, startStopwatch, untilAborted } from './clock.js'
import { type HeldToken, holdToken } from './held-token.js'
import { readAnswer, type TokenAnswer, toTokenError } from './token-answer.js'

/**
 * Asks the issuer for a token. `signal` ends the request when it takes too long or nobody wants it any more;
 * `audience` is there where a token for that API is wanted, and not for the first.
 */
export type FetchToken = (request: {
  signal: AbortSignal
  audience?: string | undefined
}) => Promise<TokenAnswer>

export interface FlightOptions {
  readonly fetchToken: FetchToken
  readonly audience?: string | undefined
  readonly timeout: number
  readonly clock: Clock
}

/** What to do before those who wait are answered. */
export interface Landing {
  onToken(token: HeldToken): HeldToken
  onError(error: SignedOutError | TokenUnavailableError): void
}

export interface Flight {
  join(): Promise<HeldToken>
  abort(reason: SignedOutError): void
}

/** Milliseconds before the second and the third attempt: about as long as a restart behind a balancer shows. */
const RETRY_DELAYS = [500, 1500]

export function startFlight(options: FlightOptions, landing: Landing): Flight {
  const { fetchToken, audience, timeout, clock } = options
  const controller = new AbortController()
  const { signal } = controller
  let begun = false
  let askedSince = false
  // Put off by a tick, so that all who ask in the same one share the question as well as the answer.
  const landed = Promise.resolve().then(fly)

  async function fly(): Promise<HeldToken> {
    const late = () => controller.abort(new TokenUnavailableError('token_unreachable'))
    const stop = clock.after(timeout, late)
    try {
      return landing.onToken(await untilAborted(askPatiently(), signal))
    } catch (thrown) {
      const error = toTokenError(thrown)
      landing.onError(error)
      throw error
    } finally {
      stop()
    }
  }

  /** Rides out a hiccup, and puts the question again for those who came after it: they may just have signed in. */
  async function askPatiently(): Promise<HeldToken> {
    const delays = [...RETRY_DELAYS]
    let again = true
    for (;;) {
      const age = startStopwatch(clock)
      begun = true
      try {
        return holdToken(readAnswer(await fetchToken({ signal, audience })), age, audience)
      } catch (thrown) {
        const error = toTokenError(thrown)
        const isHiccup = error.code === 'token_unreachable' && !error.retryAfter
        const delay = isHiccup ? delays.shift() : undefined
        if (delay) await pause(clock, delay, signal)
        else if (again && askedSince && error instanceof SignedOutError) again = false
        else throw error
      }
    }
  }

  return {
    join() {
      askedSince ||= begun
      return landed
    },
    abort: (reason) => controller.abort(reason),
  }
}
