/** How often one address may ask for something, as Better Auth's `rateLimit.customStorage` wants it. */
import { toNetworks } from '../client-address.js'
import type { Limiter, Verdict } from './limiter.js'
import { type Limit, SITE_FACTOR } from './limits.js'

/** What Better Auth calls an address that is not known. */
const unknown = 'no-trusted-ip'
/** A limit of so many is told of in pieces of a twentieth, which spares the store a write for most requests. */
const GENEROUS = 100
const PIECES = 20
const MOST_KEYS = 50_000

/** What this process has let through for one key, and has not told the others of. */
interface Own {
  untold: number
  /** Milliseconds since 1970. */
  endsAt: number
  /** Until when the others say that it was enough; 0 where they do not. */
  refusedUntil: number
}

/**
 * Counts together with the other processes. An address that is not known is not limited, or everybody
 * behind one proxy would be.
 */
export function limitAddress(
  shared: Limiter,
  now: () => number = Date.now,
): (key: string, rule: Limit) => Promise<Verdict> {
  const consume = createCounter(shared, now)
  return async function consumeOfAddress(key, rule) {
    const end = key.indexOf('|')
    const address = key.slice(0, end)
    const path = key.slice(end + 1)
    if (address === unknown) return { allowed: true, retryAfter: null }
    const [household = address, site] = toNetworks(address)
    const verdict = await consume(`${household} ${path}`, rule)
    if (!verdict.allowed || site === undefined) return verdict
    return consume(`${site} ${path}`, { ...rule, max: rule.max * SITE_FACTOR })
  }
}

/** Ten processes let through half as much again as a generous limit says, and of others what it says. */
function createCounter(shared: Limiter, now: () => number): Limiter['consume'] {
  // In the order in which the windows began, so that the oldest is the first to go.
  const owns = new Map<string, Own>()

  function open(key: string, { window }: Limit): Own {
    const present = owns.get(key)
    if (present && present.endsAt > now()) return present
    owns.delete(key)
    for (const [oldest, { endsAt }] of owns) {
      if (endsAt > now() && owns.size < MOST_KEYS) break
      owns.delete(oldest)
    }
    const own = { untold: 0, endsAt: now() + window * 1000, refusedUntil: 0 }
    owns.set(key, own)
    return own
  }

  return async (key, limit) => {
    const own = open(`${limit.max}/${limit.window} ${key}`, limit)
    if (own.refusedUntil > now()) {
      return { allowed: false, retryAfter: Math.ceil((own.refusedUntil - now()) / 1000) }
    }
    own.untold += 1
    const piece = limit.max >= GENEROUS ? Math.floor(limit.max / PIECES) : 1
    if (own.untold < piece) return { allowed: true, retryAfter: null }
    const { untold } = own
    own.untold = 0
    const verdict = await shared.consume(key, limit, untold)
    if (verdict.retryAfter !== null) {
      own.refusedUntil = now() + verdict.retryAfter * 1000
      own.endsAt = own.refusedUntil
    }
    return verdict
  }
}
