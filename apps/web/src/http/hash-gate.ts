/**
 * Turns requests away that want a password hashed, when as many are under way as can be soon: before anything else is
 * done for them, which others need too.
 */
import type { IncomingMessage } from 'node:http'
import { hashLimits } from '../auth/limits/limits.js'

/** What has a password hashed on its way. */
const paths: ReadonlySet<string> = new Set(
  [
    'sign-in/email',
    'sign-up/email',
    'reset-password',
    'change-password',
    'change-email',
    'verify-password',
    'delete-user',
  ].map((path) => `/api/auth/${path}`),
)

export interface HashGate {
  /**
   * Whether a request may go on; its place is free again when `ended` has called back.
   *
   * @param network Where it came from, or null where that is not known: one takes half of the places at most.
   */
  admits(
    request: IncomingMessage,
    network: string | null,
    ended: (leave: () => void) => void,
  ): boolean
}

export function createHashGate(most = hashLimits.running + hashLimits.waiting): HashGate {
  const networks = new Map<string, number>()
  let present = 0
  return {
    admits({ method, url = '' }, network, ended) {
      if (method !== 'POST' || !paths.has(normalize(url))) return true
      const own = network === null ? 0 : (networks.get(network) ?? 0)
      if (present >= most || own >= most / 2) return false
      present += 1
      if (network !== null) networks.set(network, own + 1)
      ended(() => {
        present -= 1
        if (network === null) return
        const left = (networks.get(network) ?? 1) - 1
        if (left > 0) networks.set(network, left)
        else networks.delete(network)
      })
      return true
    },
  }
}

/** The path, as whoever routes it may read it. */
function normalize(url: string): string {
  const [path = ''] = url.split('?', 1)
  try {
    return decodeURIComponent(path).replace(/\/+/g, '/').replace(/\/$/, '')
  } catch {
    return path
  }
}
