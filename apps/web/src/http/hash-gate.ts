/**
 * Lets requests that want a password hashed come in a few at a time: each of them costs everybody else some
 * milliseconds beside its hash, and many at once would cost them together. Beyond a short queue they are turned away,
 * and so is whoever waits long because those before it wait for something else, as for a database that hangs.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hashLimits } from '../auth/limits/limits.js'
import { createTurns, TURN_PATIENCE, type Turn } from './turns.js'

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
   * Lets a request begin when it is its turn, which is over when its answer is.
   *
   * @param network Where it came from, or null where that is not known: one takes half of the places at most.
   */
  admit(
    request: IncomingMessage,
    response: ServerResponse,
    network: string | null,
    turn: Required<Pick<Turn, 'begin' | 'turnAway'>>,
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
  const { turns = 2 * hashing, most = hashing + queued, patience = TURN_PATIENCE } = options
  const networks = new Map<string, number>()
  const queue = createTurns(turns, patience)
  let present = 0

  function leave(network: string | null): void {
    present -= 1
    if (network === null) return
    const left = (networks.get(network) ?? 1) - 1
    if (left > 0) networks.set(network, left)
    else networks.delete(network)
  }

  return {
    countWaiting: queue.countWaiting,
    admit({ method, url = '' }, response, network, turn) {
      if (method !== 'POST' || !paths.has(normalize(url))) return turn.begin()
      const own = network === null ? 0 : (networks.get(network) ?? 0)
      if (present >= most || own >= most / 2) return turn.turnAway()
      present += 1
      if (network !== null) networks.set(network, own + 1)
      queue.take(response, { ...turn, end: () => leave(network) })
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
