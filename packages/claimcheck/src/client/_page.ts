/** What the tests of the client run on: a driven clock, an issuer without a network, an API without a port. */

import { vi } from 'vitest'
import type { Clock } from './clock.js'
import type { FetchToken } from './flight.js'
import type { TokenAnswer } from './token-answer.js'
import { createTokenClient, type TokenClientOptions } from './token-client.js'

export const API = 'https://api.example.com'

export interface DrivenClock extends Clock {
  /** Milliseconds since the test began, as the rest of the world counts them. */
  now(): number
  /** Time passes, and the machine is awake: timers fire in order. */
  advance(milliseconds: number): Promise<void>
  /** Time passes while the machine sleeps: the monotonic clock and the timers stand still. */
  sleep(milliseconds: number): void
  /** Somebody, or NTP, sets the laptop's clock. */
  setBy(milliseconds: number): void
  readonly timers: number
}

export function createDrivenClock(): DrivenClock {
  let world = 0
  let awake = 5_000
  let offset = 1_800_000_000_000
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => world,
    monotonic: () => awake,
    wall: () => world + offset,
    after(delay, run) {
      const timer = { at: awake + delay, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(milliseconds) {
      const end = awake + milliseconds
      await settle()
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        const until = next ? Math.max(next.at, awake) : end
        world += until - awake
        awake = until
        if (!next) return
        timers.delete(next)
        next.run()
        await settle()
      }
    },
    sleep(milliseconds) {
      world += milliseconds
    },
    setBy(milliseconds) {
      offset += milliseconds
    },
    get timers() {
      return timers.size
    },
  }
}

/** Lets everything happen that can happen without time passing. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

export interface TokenShape {
  sub?: string
  /** Milliseconds. */
  lifetime?: number
  /** Milliseconds before now at which it was issued. */
  age?: number
  aud?: string | undefined
}

export interface DrivenIssuer {
  asked: number
  /** Replaces the answer from now on; without one, a token of Alice that lives for 15 minutes. */
  answer(behave?: (request: Parameters<FetchToken>[0]) => TokenAnswer | Promise<TokenAnswer>): void
  /** Keeps every further question open until it is answered through what this gives back. */
  hold(): (answer: TokenAnswer) => Promise<void>
  mint(shape?: TokenShape): string
  fetchToken: FetchToken
}

/** An issuer whose clock has nothing to do with the laptop's. */
export function createDrivenIssuer(clock: DrivenClock): DrivenIssuer {
  let minted = 0
  let behave: Parameters<DrivenIssuer['answer']>[0]
  const issuer: DrivenIssuer = {
    asked: 0,
    answer(next) {
      behave = next
    },
    hold() {
      const waiting: ((answer: TokenAnswer) => void)[] = []
      behave = () => new Promise((resolve) => waiting.push(resolve))
      return async (answer) => {
        await settle()
        for (const resolve of waiting.splice(0)) resolve(answer)
        await settle()
      }
    },
    mint({ sub = 'alice', lifetime = 900_000, age = 0, aud } = {}) {
      minted += 1
      const iat = 1_900_000_000 + Math.floor((clock.now() - age) / 1000)
      const claims = { sub, aud, iat, exp: iat + lifetime / 1000, jti: `token-${minted}` }
      return [{ alg: 'EdDSA' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .concat('c2lnbmF0dXJl')
        .join('.')
    },
    async fetchToken(request) {
      issuer.asked += 1
      return behave ? behave(request) : issuer.mint({ aud: request.audience })
    },
  }
  return issuer
}

export interface DrivenApi {
  readonly requests: Request[]
  /** The tokens it was sent, in order; null where there was none. */
  readonly tokens: (string | null)[]
  answer(respond: (request: Request) => Response | Promise<Response>): void
  fetch: typeof fetch
}

export function createDrivenApi(): DrivenApi {
  let respond: (request: Request) => Response | Promise<Response> = () => Response.json('fine')
  const api: DrivenApi = {
    requests: [],
    tokens: [],
    answer(next) {
      respond = next
    },
    async fetch(input, init) {
      const request = new Request(input, init)
      api.requests.push(request)
      const authorization = request.headers.get('authorization')
      api.tokens.push(authorization?.replace(/^Bearer /, '') ?? null)
      request.signal.throwIfAborted()
      return respond(request)
    },
  }
  return api
}

/** The browser around a client: a window and a document that fire events. */
export function openWindow() {
  const window = new EventTarget()
  const document = Object.assign(new EventTarget(), { baseURI: 'https://app.example.com/tasks/' })
  vi.stubGlobal('window', window)
  vi.stubGlobal('document', document)
  return {
    show: () => document.dispatchEvent(new Event('visibilitychange')),
    restore: () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })),
    load: () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false })),
  }
}

let pages = 0

/** A page with one client in it, on a channel of its own. */
export function openPage(options: Partial<TokenClientOptions> = {}) {
  const browser = openWindow()
  const clock = createDrivenClock()
  const issuer = createDrivenIssuer(clock)
  const api = createDrivenApi()
  pages += 1
  const settings: TokenClientOptions = {
    fetchToken: issuer.fetchToken,
    origins: [API],
    fetch: api.fetch,
    clock,
    channel: `page-${pages}`,
    ...options,
  }
  const tokens = createTokenClient(settings)
  const events: string[] = []
  tokens.on('signed-out', ({ reason }) => events.push(`signed-out: ${reason}`))
  tokens.on('refreshed', ({ lifetime }) => events.push(`refreshed: ${lifetime}`))
  tokens.on('unavailable', ({ error }) => events.push(`unavailable: ${error.code}`))
  return { ...browser, clock, issuer, api, tokens, events, settings }
}

/** What a promise came to, without waiting for it any longer than `settle` does. */
export async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'still waiting'
  promise.then(
    (value) => {
      outcome = value
    },
    (error: unknown) => {
      outcome = error
    },
  )
  await settle()
  return outcome
}

export function unauthorized(challenge = 'Bearer error="invalid_token"'): Response {
  return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
}

export function unavailable(retryAfter?: string): Response {
  const headers = retryAfter === undefined ? undefined : { 'retry-after': retryAfter }
  return new Response(null, { status: 503, ...(headers && { headers }) })
}
