/** `fetch` that carries the token to the listed origins, and knows what a 401 and a 503 of the API ask for. */

import { type Clock, pause } from './clock.js'
import type { HeldToken } from './held-token.js'
import { readOrigin } from './origin.js'
import type { TokenSources } from './token-sources.js'
import { createUnlistedWarning } from './unlisted.js'

export interface AuthorizedFetchOptions {
  readonly fetch: typeof fetch
  readonly origins: readonly string[]
  /** For which audience the token is that an origin is sent; an origin without one is sent the first. */
  readonly audiences: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly sources: TokenSources
}

/** Milliseconds that a request waits at most, in all, for an API that says when to come back. */
const LONGEST_WAIT = 30_000
/** Milliseconds between two attempts at least, whatever the API says. */
const SHORTEST_WAIT = 1000

export function createAuthorizedFetch(options: AuthorizedFetchOptions): typeof fetch {
  // Called as a plain function: a browser's own fetch refuses to be anybody's method.
  const { fetch: send, origins, audiences, clock, sources } = options
  const { person } = sources
  let warnUnlisted: ((origin: string) => void) | undefined
  // biome-ignore lint/style/noProcessEnv: word for word, because bundlers then leave this out
  if (globalThis.process?.env && process.env.NODE_ENV !== 'production') {
    warnUnlisted = createUnlistedWarning(origins)
  }

  return async function authorizedFetch(input, init = {}) {
    const given = typeof input === 'object' && 'url' in input ? input : undefined
    const target = given ?? new URL(input as string | URL, globalThis.document?.baseURI).href
    const headers = new Headers(init.headers ?? given?.headers)
    const origin = readOrigin(given?.url ?? (target as string))
    if (headers.has('authorization')) return send(input, init)
    if (!origin || !origins.includes(origin)) {
      if (origin && origin !== globalThis.location?.origin) warnUnlisted?.(origin)
      return send(input, init)
    }
    const signal = init.signal ?? given?.signal
    const repeatable = isRepeatable(init.body, given)
    const source = sources.of(audiences.get(origin))
    const { epoch } = person
    let token = await source.take({ signal, lasting: !repeatable })
    let replayed = false
    let patience = LONGEST_WAIT
    for (;;) {
      headers.set('authorization', `Bearer ${token.text}`)
      const redirect = init.redirect ?? 'manual'
      const response = await send(target, { ...init, headers, redirect })
      if (!init.redirect) assertNoRedirect(response)
      const delay = readRetryAfter(response, clock)
      let next: HeldToken | undefined
      if (!repeatable || person.epoch !== epoch) return response
      if (isInvalidToken(response) && !replayed) {
        replayed = true
        next = await source.take({ signal, not: token })
        if (next === token) return response
      } else if (delay <= patience) {
        patience -= delay
        await pause(clock, delay, signal)
        next = await source.take({ signal })
      }
      if (!next || person.epoch !== epoch) return response
      token = next
      await response.body?.cancel()
    }
  }
}

/**
 * A stream is gone once it was sent. A Request does not tell whether its body came from one, and keeping a copy would
 * hold a whole upload in memory: one with a body counts as a stream.
 */
function isRepeatable(body: BodyInit | null | undefined, given: Request | undefined): boolean {
  if (body)
    return typeof body !== 'object' || !(Symbol.asyncIterator in body || 'getReader' in body)
  return !given || given.body === null || /^(GET|HEAD)$/.test(given.method)
}

/**
 * Redirects are not followed unless the caller says so: what answers there was never listed, and older browsers carry
 * the token along to other origins.
 */
function assertNoRedirect({ type, status }: Response): void {
  if (type === 'opaqueredirect' || /30[12378]/.test(`${status}`)) {
    throw new TypeError('The API redirects. Ask for the final address, or pass redirect: "follow".')
  }
}

/** RFC 6750 §3.1: the token is at fault, and another one may do. Never true of a 403. */
function isInvalidToken({ status, headers }: Response): boolean {
  const challenge = headers.get('www-authenticate')
  return status === 401 && /(^|[\s,])error="?invalid_token\b/i.test(challenge ?? '')
}

/** Milliseconds that a 503 asks to wait (RFC 9110 §10.2.3: seconds or a date), or NaN. */
function readRetryAfter({ status, headers }: Response, clock: Clock): number {
  const value = (status === 503 && headers.get('retry-after')) || ''
  const delay = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - clock.wall()
  return Math.max(delay, SHORTEST_WAIT)
}
