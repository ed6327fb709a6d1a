/** Holds one token, and renews it: one flight however many ask, and nothing that ends a session but a 401. */

import {
  SignedOutError,
  type SignedOutReason,
  type TokenUnavailableError,
} from './client-errors.js'
import { type Clock, pause, untilAborted } from './clock.js'
import type { Emitter } from './emitter.js'
import { type HeldToken, holdToken, readMoment, readRemaining } from './held-token.js'
import { isPassing, readAnswer, type TokenAnswer, toTokenError } from './token-answer.js'

/** Asks the issuer for a token. `signal` ends the request when it takes too long or nobody wants it any more. */
export type FetchToken = (request: { signal: AbortSignal }) => Promise<TokenAnswer>

export interface TokenSourceOptions {
  readonly fetchToken: FetchToken
  readonly timeout: number
  readonly clock: Clock
  readonly emitter: Emitter
}

export interface Wanted {
  readonly signal?: AbortSignal | undefined
  /** This token will not do: it was refused, or `true` for any that is held. */
  readonly not?: HeldToken | true | undefined
  /** There is no second try: do not hand out a token that is about to end if a new one can be had. */
  readonly lasting?: boolean
}

export interface TokenSource {
  take(wanted: Wanted): Promise<HeldToken>
  /** Counted up when the person changes: what began before that must not go on after it. */
  epoch(): number
  /** Asks in the background if the token is about to end. */
  check(): void
  end(reason: SignedOutReason): void
  forget(): void
  /** Keeps tokens from now on; without it, each `take` asks for itself and nothing is stored. */
  open(): void
  close(): void
}

interface Flight {
  readonly token: Promise<HeldToken>
  readonly controller: AbortController
  begun: boolean
  /** Somebody asked after the question was put: a 401 may be older than their sign-in. */
  askedSince: boolean
}

/** Milliseconds before the second and the third attempt: about as long as a restart behind a balancer shows. */
const RETRY_DELAYS = [500, 1500]
/** Milliseconds between attempts in the background while the held token is still good. */
const BACKGROUND_DELAY = 10_000

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { clock, emitter } = options
  let keeping = false
  let epoch = 0
  let held: HeldToken | undefined
  let flight: Flight | undefined
  let ended = false
  let used = false
  let quietUntil = 0
  let stopTimer = () => {}

  function schedule(delay: number): void {
    stopTimer()
    stopTimer = clock.after(delay, () => {
      if (used) check()
    })
  }

  function check(): void {
    if (!held || flight) return
    const early = readRemaining(held, clock) - held.margin
    const delay = Math.max(early, quietUntil - clock.monotonic())
    if (delay > 0) schedule(delay)
    else join().token.catch(() => {}) // said by an event; the token that is held stays
  }

  function join(): Flight {
    if (flight) {
      flight.askedSince ||= flight.begun
      return flight
    }
    const controller = new AbortController()
    const started: Flight = {
      controller,
      begun: false,
      askedSince: false,
      // Put off by a tick, so that all who ask in the same one share the question as well as the answer.
      token: Promise.resolve().then(() => fly(started)),
    }
    if (keeping) flight = started
    return started
  }

  async function fly(mine: Flight): Promise<HeldToken> {
    const { signal } = mine.controller
    try {
      const token = await untilAborted(askPatiently(mine), signal)
      return mine === flight ? keep(token) : token
    } catch (thrown) {
      const error = signal.aborted ? (signal.reason as SignedOutError) : toTokenError(thrown)
      if (mine === flight) land(error)
      throw error
    }
  }

  /** Rides out a hiccup, and puts the question again to whom it was put before somebody signed in. */
  async function askPatiently(mine: Flight): Promise<HeldToken> {
    const delays = [...RETRY_DELAYS]
    let again = true
    for (;;) {
      mine.begun = true
      try {
        return await askOnce(options, mine.controller.signal)
      } catch (thrown) {
        const error = toTokenError(thrown)
        const delay = isPassing(error) ? delays.shift() : undefined
        if (delay !== undefined) await pause(clock, delay, mine.controller.signal)
        else if (error instanceof SignedOutError && mine.askedSince && again) again = false
        else throw error
      }
    }
  }

  function keep(token: HeldToken): HeldToken {
    flight = undefined
    if (held && held.subject !== token.subject) {
      end('replaced')
      throw new SignedOutError('replaced')
    }
    ended = false
    quietUntil = 0
    const staler = held && token.issuedAt < held.issuedAt && readRemaining(held, clock) > 0
    if (held && staler) return held
    held = token
    used = false
    schedule(token.lifetime - token.margin)
    emitter.emit('refreshed', { lifetime: token.lifetime })
    return token
  }

  function land(error: SignedOutError | TokenUnavailableError): void {
    flight = undefined
    if (error instanceof SignedOutError) {
      end(error.reason)
      return
    }
    quietUntil = clock.monotonic() + BACKGROUND_DELAY
    if (held && readRemaining(held, clock) > 0) schedule(BACKGROUND_DELAY)
    emitter.emit('unavailable', { error })
  }

  function forget(): void {
    stopTimer()
    held = undefined
  }

  function end(reason: SignedOutReason): void {
    epoch += 1
    forget()
    const cut = flight
    flight = undefined
    cut?.controller.abort(new SignedOutError(reason))
    if (ended || !keeping) return
    ended = true
    emitter.emit('signed-out', { reason })
  }

  async function take({ signal, not, lasting }: Wanted): Promise<HeldToken> {
    signal?.throwIfAborted()
    const started = epoch
    used = true
    if (held && not !== true && held !== not) {
      const remaining = readRemaining(held, clock)
      if (remaining <= held.margin) check()
      if (remaining > (lasting ? held.margin : held.margin / 10)) return held
    }
    const token = await untilAborted(join().token, signal).catch((error: unknown) => {
      const usable = held && !not && readRemaining(held, clock) > 0
      if (held && usable && !(error instanceof SignedOutError) && !signal?.aborted) return held
      throw error
    })
    if (epoch !== started) throw new SignedOutError('cleared')
    return token
  }

  return {
    take,
    epoch: () => epoch,
    check,
    end,
    forget,
    open() {
      keeping = true
    },
    close() {
      keeping = false
      flight = undefined
      forget()
    },
  }
}

async function askOnce(options: TokenSourceOptions, outer: AbortSignal): Promise<HeldToken> {
  const { clock, fetchToken, timeout } = options
  const controller = new AbortController()
  const stop = () => controller.abort(outer.reason)
  outer.addEventListener('abort', stop)
  const cancel = clock.after(timeout, () =>
    controller.abort(new DOMException('No answer in time.', 'TimeoutError')),
  )
  try {
    const asked = readMoment(clock)
    const { signal } = controller
    const answering = Promise.resolve(fetchToken({ signal }))
    return holdToken(readAnswer(await untilAborted(answering, signal)), asked)
  } finally {
    cancel()
    outer.removeEventListener('abort', stop)
  }
}
