/** The browser's half: gets the API token from the issuer, keeps it in memory only, and sends it with requests. */

import { assertKnownOptions } from '../option-checks.js'
import { createAuthorizedFetch } from './authorized-fetch.js'
import { backgroundClock, type Clock, systemClock } from './clock.js'
import { createEmitter, type TokenEvents, type TokenListener } from './emitter.js'
import type { FetchToken } from './flight.js'
import { readOrigin } from './origin.js'
import { watchPage } from './page.js'
import { openTabChannel, type TabChannel } from './tab-channel.js'
import { createTokenSources } from './token-sources.js'

export {
  SignedOutError,
  type SignedOutReason,
  type TokenUnavailableCode,
  TokenUnavailableError,
} from './client-errors.js'
export type { TokenAnswer } from './token-answer.js'
export type { Clock, FetchToken, TokenEvents, TokenListener }

export interface TokenClientOptions {
  /**
   * Asks the issuer for a token. `() => authClient.token()` works as it is; a plain JWT is as good.
   * Only an error with status 401 (or a thrown SignedOutError) means that nobody is signed in. With several audiences,
   * `({ audience }) => authClient.token({ query: { audience } })`.
   */
  readonly fetchToken: FetchToken
  /** The origins that are sent the token, compared exactly, such as `['https://api.example.com']`. No other ever is. */
  readonly origins: readonly string[]
  /**
   * Which audience the token is for that `fetch` sends to an origin, where the issuer has several:
   * `{ 'https://billing.example.com': 'billing' }`. Default: the first of the issuer.
   */
  readonly audiences?: Readonly<Record<string, string>>
  /** Milliseconds after which asking for a token counts as failed. Default 10 000. */
  readonly timeout?: number
  /**
   * `'one'`: this client serves one person, as in a command-line program, and keeps the token where there is no
   * `window`
   * too. Never on a server that answers several people. Default: there, nothing is kept.
   */
  readonly session?: 'one'
  /** Tabs that share a session share this name: clearing one clears all. Default `claimcheck`. */
  readonly channel?: string
  /** Sends the requests to the API. Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof fetch
  /** Default: `performance.now`, `Date.now` and `setTimeout`. */
  readonly clock?: Clock
}

export interface GetTokenOptions {
  /** Ends this caller's wait. The others, and the request itself, go on. */
  readonly signal?: AbortSignal
  /** True: asks the issuer even if the token that is held is still good. It stays in use if that fails. */
  readonly fresh?: boolean
  /** Which of the issuer's audiences the token is for; each is kept by itself. Default: the issuer's first. */
  readonly audience?: string
}

export interface TokenClient {
  /**
   * The token, from memory or from the issuer.
   * @throws SignedOutError nobody is signed in
   * @throws TokenUnavailableError the issuer could not be asked; somebody may well be signed in
   */
  getToken(options?: GetTokenOptions): Promise<string>
  /**
   * `fetch` with the token for the listed origins, and as it is for all others and for requests that bring their own
   * Authorization. Sends once more after 401 `invalid_token` with a fresh token, waits on 503 as Retry-After says
   * (30 s at most), never repeats a body that is a stream, and does not follow redirects unless told to.
   * @throws SignedOutError nobody is signed in
   * @throws TokenUnavailableError the issuer could not be asked; somebody may well be signed in
   */
  readonly fetch: typeof fetch
  /** Listens to an event; gives back how to stop. */
  on<Name extends keyof TokenEvents>(name: Name, listener: TokenListener<Name>): () => void
  /**
   * Forgets the token here and in every other tab, and whatever is still on its way. Call it whenever the person
   * changes: after a sign-out, and after a sign-in that may be somebody else's.
   */
  clear(): void
  /** Lets go of the token, timers, listeners and the channel. A client that is used again starts over. */
  dispose(): void
}

/**
 * Creates the token client of a page. Does nothing until it is used. On a server (where there is no `window`) it asks
 * for each caller anew and keeps nothing, because that would be somebody else's; unless it is told that there is one
 * person.
 */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  assertOptions(options)
  const { fetchToken, origins, audiences = {}, timeout = 10_000, channel = 'claimcheck' } = options
  const inBrowser = typeof window !== 'undefined'
  // What somebody waits for keeps a process alive; what is only renewed ahead of time does not.
  const { clock = systemClock } = options
  const background = options.clock ?? backgroundClock
  const { fetch = (...request) => globalThis.fetch(...request) } = options
  const keeps = inBrowser || options.session === 'one'
  const emitter = createEmitter()
  const sources = createTokenSources({ fetchToken, timeout, clock, background, emitter })
  const authorizedFetch = createAuthorizedFetch({
    fetch,
    origins: [...origins],
    audiences: new Map(Object.entries(audiences)),
    clock,
    sources,
  })
  let tabs: TabChannel | undefined
  let unwatch = () => {}

  function open(): void {
    if (keeps) sources.open()
    if (tabs || !inBrowser) return
    tabs = openTabChannel(channel, () => sources.person.end('cleared-elsewhere'))
    unwatch = watchPage({ onWake: sources.check, onRestore: sources.forget })
  }

  return {
    async getToken({ signal, fresh, audience } = {}) {
      open()
      const token = await sources.of(audience).take({ signal, not: fresh || undefined })
      return token.text
    },
    fetch(input, init) {
      open()
      return authorizedFetch(input, init)
    },
    on(name, listener) {
      open()
      return emitter.on(name, listener)
    },
    clear() {
      open()
      sources.person.end('cleared')
      tabs?.sayCleared()
    },
    dispose() {
      sources.close()
      emitter.clear()
      unwatch()
      tabs?.close()
      tabs = undefined
    },
  }
}

const names = Object.keys({
  fetchToken: 1,
  origins: 1,
  audiences: 1,
  timeout: 1,
  session: 1,
  channel: 1,
  fetch: 1,
  clock: 1,
} satisfies Record<keyof TokenClientOptions, 1>)

function assertOptions(options: TokenClientOptions): void {
  const stranger = Object.keys(options).find((name) => !names.includes(name))
  // biome-ignore lint/style/noProcessEnv: word for word, because bundlers then leave this out
  if (globalThis.process?.env && process.env.NODE_ENV !== 'production') {
    assertKnownOptions(options, names)
  }
  if (stranger) throw new TypeError(`${stranger}: no such option`)
  const { fetchToken, origins, audiences = {}, timeout = 1, session } = options
  if (typeof fetchToken !== 'function') throw new TypeError('fetchToken: expected a function')
  if (!(timeout > 0)) throw new TypeError('timeout: expected milliseconds above 0')
  if (session !== undefined && session !== 'one') throw new TypeError("session: expected 'one'")
  const empty = Array.isArray(origins) ? origins.findIndex((origin) => !origin) : -1
  if (empty >= 0) {
    throw new TypeError(
      `origins: number ${empty + 1} is ${JSON.stringify(origins[empty]) ?? 'undefined'}, so the variable it is read from is empty`,
    )
  }
  if (!origins?.length || origins.some((origin) => readOrigin(origin) !== origin)) {
    throw new TypeError('origins: expected origins such as ["https://api.example.com"]')
  }
  const stray = Object.keys(audiences).find((origin) => !origins.includes(origin))
  if (stray) throw new TypeError(`audiences: ${stray} is not among origins`)
}
