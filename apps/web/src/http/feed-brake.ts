/**
 * Turns followers of the feed away that ask more often than they are answered. The feed itself says
 * which; for the rest of that second Next.js need not be asked, which costs more than the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface FeedBrake {
  /** Whether a request was answered here. */
  refuses(request: IncomingMessage, response: ServerResponse): boolean
}

/** @param now Milliseconds since 1970. */
export function createFeedBrake(now: () => number = Date.now): FeedBrake {
  let refusedSecond = -1
  const readSecond = () => Math.floor(now() / 1000)
  return {
    refuses({ url = '' }, response) {
      if (!/^\/api\/auth\/revocations(\/manifest)?\?(.*&)?wait=/.test(url)) return false
      if (readSecond() === refusedSecond) {
        response.writeHead(429, { 'retry-after': '1', 'cache-control': 'no-store' }).end()
        return true
      }
      response.once('finish', () => {
        if (response.statusCode === 429) refusedSecond = readSecond()
      })
      return false
    },
  }
}
