/** `fetch` that carries the token to the listed origins, and knows what a 401 and a 503 of the API ask for. */

import { type Clock, pause } from './clock.js'
import type { HeldToken } from './held-token.js'
import { readOrigin } from './origins.js'
import type { TokenSource } from './token-source.js'

export interface AuthorizedFetchOptions {
  readonly fetch: typeof fetch
  readonly origins: readonly string[]
  readonly clock: Clock
  readonly source: TokenSource
}

/** Milliseconds that a request waits at most, in all, for an API that says when to come back. */
const LONGEST_WAIT = 30_000
/** How often a request is sent again after a 503, however short the waits. */
const MOST_WAITS = 3

export function createAuthorizedFetch(options: AuthorizedFetchOptions): typeof fetch {
  const { clock, source } = options

  return async function authorizedFetch(input, init) {
    const request = readRequest(input, init)
    const origin = readOrigin(request.address)
    if (!origin || !options.origins.includes(origin) || request.headers.has('authorization')) {
      return options.fetch(input, init)
    }
    const { signal, repeatable } = request
    let token = await source.take({ signal, lasting: !repeatable })
    const epoch = source.epoch()
    let replayed = false
    let waits = 0
    let patience = LONGEST_WAIT
    for (;;) {
      const response = await send(options.fetch, request, token)
      if (!repeatable || source.epoch() !== epoch) return response
      if (isInvalidToken(response) && !replayed) {
        replayed = true
        const fresh = await source.take({ signal, not: token })
        if (fresh === token || source.epoch() !== epoch) return response
        token = fresh
      } else {
        const delay = readRetryAfter(response, clock)
        if (delay === undefined || delay > patience || waits === MOST_WAITS) return response
        patience -= delay
        waits += 1
        await pause(clock, delay, signal)
        if (source.epoch() !== epoch) return response
        token = await source.take({ signal })
      }
      await response.body?.cancel()
    }
  }
}

interface ApiRequest {
  /** The absolute address that was looked at, and that the request goes to. */
  readonly address: string
  readonly target: RequestInfo
  readonly init: RequestInit
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
  /** False for a body that can be read only once. */
  readonly repeatable: boolean
}

function readRequest(input: RequestInfo | URL, init: RequestInit = {}): ApiRequest {
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const address = request ? request.url : new URL(String(input), globalThis.location?.href).href
  return {
    address,
    target: request ?? address,
    init,
    headers: new Headers(init.headers ?? request?.headers),
    signal: init.signal ?? request?.signal,
    repeatable: isRepeatable(init.body, request),
  }
}

/**
 * A stream is gone once it was sent. A Request does not tell whether its body came from one, and keeping a copy would
 * hold a whole upload in memory: one with a body counts as a stream.
 */
function isRepeatable(body: BodyInit | null | undefined, request: Request | undefined): boolean {
  if (body === undefined || body === null) {
    return !request || request.body === null || /^(GET|HEAD)$/.test(request.method)
  }
  return typeof body !== 'object' || !(Symbol.asyncIterator in body || 'getReader' in body)
}

/**
 * Redirects are not followed unless the caller says so: what answers there was never listed, and older browsers carry
 * the token along to other origins.
 */
async function send(
  fetchApi: typeof fetch,
  request: ApiRequest,
  token: HeldToken,
): Promise<Response> {
  const headers = new Headers(request.headers)
  headers.set('authorization', `Bearer ${token.text}`)
  const redirect = request.init.redirect ?? 'manual'
  const response = await fetchApi(request.target, { ...request.init, headers, redirect })
  if (request.init.redirect || !isRedirect(response)) return response
  throw new TypeError(
    'The API answered with a redirect, and a token is not carried along: ask for the final address, or pass redirect: "follow".',
  )
}

function isRedirect(response: Response): boolean {
  return response.type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(response.status)
}

/** RFC 6750 §3.1: the token is at fault, and another one may do. Never true of a 403. */
function isInvalidToken(response: Response): boolean {
  const challenge = response.headers.get('www-authenticate') ?? ''
  return response.status === 401 && /(^|[\s,])error="?invalid_token\b/i.test(challenge)
}

/** Milliseconds that a 503 asks to wait (RFC 9110 §10.2.3: seconds or a date), or undefined. */
function readRetryAfter(response: Response, clock: Clock): number | undefined {
  const value = response.headers.get('retry-after')
  if (response.status !== 503 || !value) return undefined
  const delay = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - clock.wall()
  return Number.isNaN(delay) ? undefined : Math.max(delay, 250)
}
