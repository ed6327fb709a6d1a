/** How often one address may ask for something, as Better Auth's `rateLimit.customStorage` wants it. */
import { toNetworks } from '../client-address.js'
import { createMemoryLimiter, type Limiter, type Verdict } from './limiter.js'
import { type Limit, siteFactor } from './limits.js'

/** What Better Auth calls an address that is not known. */
const unknown = 'no-trusted-ip'
/** Seconds; what counts for longer is counted together with other processes. */
const short = 30

/**
 * Short windows, which every request has, are counted in this process. An address that is not known
 * is not limited, or everybody behind one proxy would be.
 */
export function limitAddress(shared: Limiter): (key: string, rule: Limit) => Promise<Verdict> {
  const own = createMemoryLimiter()
  return async function consume(key, rule) {
    const end = key.indexOf('|')
    const address = key.slice(0, end)
    const path = key.slice(end + 1)
    if (address === unknown) return { allowed: true, retryAfter: null }
    const limiter = rule.window > short ? shared : own
    const [household = address, site] = toNetworks(address)
    const verdict = await limiter.consume(`${household} ${path}`, rule)
    if (!verdict.allowed || site === undefined) return verdict
    return limiter.consume(`${site} ${path}`, { ...rule, max: rule.max * siteFactor })
  }
}
