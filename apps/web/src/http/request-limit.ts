/**
 * How much one network may ask Next.js for in a while. Rendering a page takes some milliseconds of the processor that
 * everybody shares, so nobody who asks without end gets as far as that.
 */
import { toNetworks } from '../auth/client-address.js'
import { type Limit, requestLimits, SITE_FACTOR } from '../auth/limits/limits.js'

export interface RequestLimit {
  /**
   * Counts a request, and says after how many seconds to come again; 0 where it may go on.
   *
   * @param address Where it came from.
   */
  consume(kind: RequestKind, address: string): number
}

/** What is rendered, and everything else. */
export type RequestKind = 'page' | 'other'

export interface RequestLimitOptions {
  readonly limits?: Readonly<Record<RequestKind, Limit>>
  /** Milliseconds. Default: the clock of the process. */
  readonly now?: () => number
}

/** Networks that are counted at a time; who has more addresses than this is not stopped by counting them. */
const MOST_KEYS = 50_000

/** What is not rendered. Whatever could lead elsewhere once it is read again counts as a page. */
const otherPath = /^\/(?:api|_next\/static|\.well-known)\/(?!.*\.\.)[\w./~-]*(?:\?|$)/

interface Count {
  value: number
  readonly endsAt: number
}

export function toKind(url: string): RequestKind {
  return otherPath.test(url) ? 'other' : 'page'
}

export function createRequestLimit(options: RequestLimitOptions = {}): RequestLimit {
  const { limits = requestLimits, now = () => performance.now() } = options
  const counters = {
    page: createCounter(limits.page, now),
    other: createCounter(limits.other, now),
  }
  return {
    consume(kind, address) {
      const consume = counters[kind]
      const [household = address, site] = toNetworks(address)
      return consume(household, 1) || (site === undefined ? 0 : consume(site, SITE_FACTOR))
    },
  }
}

function createCounter({ window, max }: Limit, now: () => number) {
  // In the order in which the windows began, so that the oldest is the first to go.
  const counts = new Map<string, Count>()

  function open(key: string): Count {
    const present = counts.get(key)
    if (present && present.endsAt > now()) return present
    counts.delete(key)
    for (const [oldest, { endsAt }] of counts) {
      if (endsAt > now() && counts.size < MOST_KEYS) break
      counts.delete(oldest)
    }
    const count = { value: 0, endsAt: now() + window * 1000 }
    counts.set(key, count)
    return count
  }

  return (key: string, factor: number) => {
    const count = open(key)
    count.value += 1
    return count.value <= max * factor ? 0 : Math.ceil((count.endsAt - now()) / 1000)
  }
}
