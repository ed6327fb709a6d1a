/**
 * Lets requests that want a password hashed come in a few at a time: each of them costs everybody else some
 * milliseconds beside its hash, and many at once would cost them together. Beyond a short queue they are turned away,
 * and so is whoever waits long because those before it wait for something else, as for a database that hangs.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** Milliseconds for which a request waits for its turn. */
const PATIENCE = 2_000

/** What becomes of a request: one of the two. */
export interface Turn {
  /** Called at once where nothing is hashed. */
  begin(): void
  turnAway(): void
}

export interface HashGate {
  /**
   * Lets a request begin when it is its turn, which is over when its answer is.
   *
   * @param network Where it came from, or null where that is not known: one takes half of the places at most.
   */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    network: string | null,
    turn: Turn,
  ): void
  /** How many wait for their turn. */
  countWaiting(): number
}

export interface HashGateOptions {
  /** How many have their turn at a time: one is got ready while another is hashed. Default: two for each hash. */
  readonly turns?: number
  /** How many there may be in all. Default: what can be hashed in about a second. */
  readonly most?: number
  /** Milliseconds. Default: 2 000. */
  readonly patience?: number
}

export function createHashGate(options: HashGateOptions = {}): HashGate {
  const { running: hashing, waiting: queued } = hashLimits
  const { turns = 2 * hashing, most = hashing + queued, patience = PATIENCE } = options
  const networks = new Map<string, number>()
  const waiting = new Set<() => void>()
  let present = 0
  let running = 0

  function leave(network: string | null): void {
    present -= 1
    if (network === null) return
    const left = (networks.get(network) ?? 1) - 1
    if (left > 0) networks.set(network, left)
    else networks.delete(network)
  }

  return {
    countWaiting: () => waiting.size,
    admit({ method, url = '' }, response, network, { begin, turnAway }) {
      if (method !== 'POST' || !paths.has(normalize(url))) return begin()
      const own = network === null ? 0 : (networks.get(network) ?? 0)
      if (present >= most || own >= most / 2) return turnAway()
      present += 1
      if (network !== null) networks.set(network, own + 1)
      let hasBegun = false
      const start = () => {
        clearTimeout(timer)
        hasBegun = true
        running += 1
        begin()
      }
      const timer = setTimeout(() => {
        waiting.delete(start)
        turnAway()
      }, patience)
      response.once('close', () => {
        clearTimeout(timer)
        leave(network)
        if (!hasBegun) return void waiting.delete(start)
        running -= 1
        const [next] = waiting
        if (next === undefined) return
        waiting.delete(next)
        next()
      })
      if (running < turns) start()
      else waiting.add(start)
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
