/**
 * A crowd on a driven clock: every client of a site loses its token in the same second, and asks for the next. What the
 * clients do is the token client's own rule, and what /token does the plugin's own; only time, the network and how long
 * an answer takes are made up.
 */
import { createCrowd } from '../../src/better-auth/crowd.js'
import { TokenUnavailableError } from '../../src/client/client-errors.js'
import type { Clock } from '../../src/client/clock.js'
import { createEmitter } from '../../src/client/emitter.js'
import type { TokenAnswer } from '../../src/client/token-answer.js'
import { createTokenSources } from '../../src/client/token-sources.js'

export interface CrowdOptions {
  readonly clients: number
  /** Tokens that the issuer can make in a second. */
  readonly perSecond: number
  /** False lets everybody in, as an issuer without the plugin's rule would. */
  readonly sheds: boolean
}

/** What happened in one second. */
export interface Second {
  /** Requests that arrived at the issuer, and what became of them. */
  asked: number
  shed: number
  served: number
  /** The most that were being worked on. */
  busy: number
}

export interface CrowdOutcome {
  readonly seconds: readonly Second[]
  /** Clients that have a token at the end. */
  readonly done: number
  /** Tokens that were made for somebody who did not wait for them any more. */
  readonly wasted: number
}

/** Time goes on in steps of so many milliseconds, and ends after so many seconds. */
const STEP = 50
const LONGEST = 3_600
/** What a request takes on its way, and how long a client waits for an answer, in milliseconds. */
const WAY = 50
const TIMEOUT = 10_000
/** People and pages act within so many milliseconds of each other. */
const SPREAD = 1_000

export async function simulateCrowd(options: CrowdOptions): Promise<CrowdOutcome> {
  const { clients, perSecond, sheds } = options
  const random = createRandom()
  const time = createTime()
  const crowd = createCrowd(time.now, random)
  const seconds: Second[] = []
  let busy = 0
  let freeAt = 0
  let done = 0
  let wasted = 0

  function present(): Second {
    const at = Math.floor(time.now() / 1_000)
    for (let length = seconds.length; length <= at; length += 1) {
      seconds.push({ asked: 0, shed: 0, served: 0, busy: 0 })
    }
    return seconds[at] ?? { asked: 0, shed: 0, served: 0, busy: 0 }
  }

  /** One token after the other, each as fast as the issuer can. */
  async function fetchToken({ signal }: { signal: AbortSignal }): Promise<TokenAnswer> {
    await time.pass(WAY)
    present().asked += 1
    const retryAfter = sheds ? crowd.enter() : null
    if (retryAfter !== null) {
      present().shed += 1
      await time.pass(WAY)
      return { error: { status: 503, retryAfter } }
    }
    busy += 1
    present().busy = Math.max(present().busy, busy)
    freeAt = Math.max(freeAt, time.now()) + 1_000 / perSecond
    await time.pass(freeAt - time.now())
    busy -= 1
    if (sheds) crowd.leave()
    present().served += 1
    if (signal.aborted) wasted += 1
    await time.pass(WAY)
    return toToken(time.now())
  }

  async function live(): Promise<void> {
    const { clock } = time
    const emitter = createEmitter()
    const sources = createTokenSources({
      fetchToken,
      timeout: TIMEOUT,
      clock,
      background: clock,
      emitter,
    })
    let told = 0
    sources.open()
    await time.pass(random() * SPREAD)
    for (let isTold = false; !(await hasToken()); isTold = !isTold) {
      // Somebody is impatient, which costs the issuer nothing; the next time the page waits as long as it was told.
      await time.pass((isTold ? told * 1_000 : 0) + random() * SPREAD)
    }

    async function hasToken(): Promise<boolean> {
      try {
        await sources.of().take({})
        return true
      } catch (error) {
        if (!(error instanceof TokenUnavailableError)) throw error
        told = error.retryAfter
        return false
      }
    }
    done += 1
    sources.close()
  }

  const lives = Array.from({ length: clients }, live)
  // A client that breaks ends it all.
  const broken = Promise.all(lives).then(() => false)
  while (done < clients && time.now() < LONGEST * 1_000) await Promise.race([broken, time.step()])
  return { seconds, done, wasted }
}

/** Timers that fire step by step, each step with everything that follows from it. */
function createTime() {
  const steps = new Map<number, Set<() => void>>()
  let current = 0

  function after(delay: number, run: () => void): () => void {
    const at = current + Math.max(1, Math.ceil(delay / STEP))
    const due = steps.get(at) ?? new Set()
    // A set knows a function once only.
    const entry = () => run()
    steps.set(at, due.add(entry))
    return () => void due.delete(entry)
  }

  const now = () => current * STEP
  const clock: Clock = { monotonic: now, wall: now, after }
  return {
    clock,
    now,
    pass: (delay: number) => new Promise<void>((resolve) => void after(delay, resolve)),
    async step(): Promise<void> {
      await new Promise((resolve) => setImmediate(resolve))
      current += 1
      for (const run of steps.get(current) ?? []) run()
      steps.delete(current)
    },
  }
}

/** The same numbers each time: a linear congruential generator (Numerical Recipes). */
function createRandom(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Only its times are read. */
function toToken(now: number): string {
  const iat = Math.floor(now / 1_000)
  const claims = JSON.stringify({ sub: 'person', iat, exp: iat + 7_200 })
  return `e30.${Buffer.from(claims).toString('base64url')}.c2lnbmF0dXJl`
}
