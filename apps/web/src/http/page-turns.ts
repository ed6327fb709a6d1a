/** Pages of one network are rendered a few at a time, so that many at once do not keep everybody else waiting. */
import type { ServerResponse } from 'node:http'
import { PAGES_AT_A_TIME } from '../auth/limits/limits.js'
import { createTurns, TURN_PATIENCE, type Turns } from './turns.js'

export interface PageTurns {
  /** Calls `begin` when it is the turn of this network, or has waited for long; the turn is over when its answer is. */
  take(network: string, response: ServerResponse, begin: () => void): void
}

/** @param patience Milliseconds. Default: 2 000. */
export function createPageTurns(most = PAGES_AT_A_TIME, patience = TURN_PATIENCE): PageTurns {
  const networks = new Map<string, Turns>()
  return {
    take(network, response, begin) {
      const own = networks.get(network) ?? createTurns(most, patience)
      networks.set(network, own)
      own.take(response, {
        begin,
        end: () => {
          if (own.isIdle()) networks.delete(network)
        },
      })
    },
  }
}
