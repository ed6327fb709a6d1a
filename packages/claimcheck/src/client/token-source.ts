/** Holds one token, and renews it: one flight however many ask, and nothing that ends a session but a 401. */

import { SignedOutError, type SignedOutReason, TokenUnavailableError } from './client-errors.js'
import { type Clock, untilAborted } from './clock.js'
import type { Emitter } from './emitter.js'
import { type Flight, type FlightOptions, startFlight } from './flight.js'
import type { HeldToken } from './held-token.js'

export interface TokenSourceOptions extends FlightOptions {
  readonly emitter: Emitter
  /** For what nobody waits for. */
  readonly background: Clock
  /** What it has in common with the sources of the tokens for other APIs. */
  readonly person: Person
}

/** Whoever is signed in: one, however many APIs there are tokens for. */
export interface Person {
  /** Counted up when the person changes: what began before that must not go on after it. */
  epoch: number
  /** Only compared, never shown. Undefined as long as no token is held. */
  subject: unknown
  /** Ends the session of this page, and drops every token. */
  end(reason: SignedOutReason): void
  /** There is somebody, again. */
  appear(subject: unknown): void
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
  /** Asks in the background if the token is about to end. */
  check(): void
  /** Drops the token, and whatever is on its way. */
  end(reason: SignedOutReason): void
  /** Drops the token, and says nothing. */
  forget(): void
  /** Keeps tokens from now on; without it, each `take` asks for itself and nothing is stored. */
  open(): void
  close(): void
}

/** Milliseconds between attempts in the background while the held token is still good. */
const BACKGROUND_DELAY = 10_000

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { background, emitter, person } = options
  let keeping = false
  let held: HeldToken | undefined
  let flight: Flight | undefined
  let used = false
  let quiet = false
  /** What an issuer that sheds a crowd said: the answer to everybody until its time is up. */
  let refusal: TokenUnavailableError | undefined
  let stopTimer = () => {}

  function schedule(delay: number): void {
    stopTimer()
    stopTimer = background.after(delay, () => {
      quiet = false
      if (used) check()
    })
  }

  function check(): void {
    if (!held || flight || quiet) return
    const early = held.remaining() - held.margin
    if (early > 0) schedule(early)
    else join().catch(() => {}) // said by an event; the token that is held stays
  }

  async function join(): Promise<HeldToken> {
    if (flight) return flight.join()
    if (refusal) throw refusal
    const mine = startFlight(options, {
      onToken: (token) => (mine === flight ? keep(token) : token),
      onError: (error) => mine === flight && land(error),
    })
    if (keeping) flight = mine
    return mine.join()
  }

  function keep(token: HeldToken): HeldToken {
    flight = undefined
    if (person.subject !== undefined && person.subject !== token.subject) {
      person.end('replaced')
      throw new SignedOutError('replaced')
    }
    if (held && held.issuedAt > token.issuedAt && held.remaining() > 0) return held
    held = token
    used = quiet = false
    person.appear(token.subject)
    schedule(token.lifetime - token.margin)
    emitter.emit('refreshed', { lifetime: token.lifetime })
    return token
  }

  function land(error: SignedOutError | TokenUnavailableError): void {
    flight = undefined
    if (error instanceof SignedOutError) {
      person.end(error.reason)
      return
    }
    const rest = error.retryAfter * 1000
    if (rest) {
      refusal = error
      background.after(rest, () => {
        refusal = undefined
      })
    }
    quiet = !!held && held.remaining() > 0
    if (quiet) schedule(Math.max(BACKGROUND_DELAY, rest))
    emitter.emit('unavailable', { error })
  }

  function forget(): void {
    stopTimer()
    held = undefined
  }

  function end(reason: SignedOutReason): void {
    forget()
    flight?.abort(new SignedOutError(reason))
    flight = undefined
  }

  async function take({ signal, not, lasting }: Wanted): Promise<HeldToken> {
    const started = person.epoch
    used = true
    if (held && not !== true && held !== not) {
      const remaining = held.remaining()
      if (remaining <= held.margin) check()
      if (remaining > (lasting ? held.margin : held.margin / 10)) return held
    }
    try {
      const token = await untilAborted(join(), signal)
      if (person.epoch !== started) throw new SignedOutError('cleared')
      return token
    } catch (error) {
      if (error instanceof TokenUnavailableError && held && !not && held.remaining() > 0)
        return held
      throw error
    }
  }

  return {
    take,
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
