/** Pages of one network are rendered a few at a time, so that many at once do not keep everybody else waiting. */
import type { ServerResponse } from 'node:http'
import { PAGES_AT_A_TIME } from '../auth/limits/limits.js'

export interface PageTurns {
  /** Calls `begin` when it is the turn of this network; the turn is over when its answer is. */
  take(network: string, response: ServerResponse, begin: () => void): void
}

/** Milliseconds after which a page no longer waits: those before it may wait for a database that hangs. */
const PATIENCE = 2_000

export function createPageTurns(most = PAGES_AT_A_TIME, patience = PATIENCE): PageTurns {
  const networks = new Map<string, { running: number; readonly waiting: Set<() => void> }>()
  return {
    take(network, response, begin) {
      const own = networks.get(network) ?? { running: 0, waiting: new Set() }
      networks.set(network, own)
      let timer: NodeJS.Timeout | undefined
      const start = () => {
        clearTimeout(timer)
        own.waiting.delete(start)
        own.running += 1
        response.once('close', () => {
          own.running -= 1
          const [next] = own.waiting
          if (next) {
            if (own.running < most) next()
          } else if (own.running === 0) networks.delete(network)
        })
        begin()
      }
      if (own.running < most) return start()
      own.waiting.add(start)
      timer = setTimeout(start, patience)
      // Whoever hangs up meanwhile gives up the place.
      response.once('close', () => {
        clearTimeout(timer)
        own.waiting.delete(start)
      })
    },
  }
}
