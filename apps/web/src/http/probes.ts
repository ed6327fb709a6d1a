/** /livez and /readyz: whether the process runs, and whether it can serve. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { inTime } from '../time/deadline.js'
import { refuse } from './refuse.js'

export interface ProbeOptions {
  /** Rejects while the database of sign-in cannot be reached. */
  checkDatabase(): Promise<void>
  /** Whether what belongs to a complete start is there, see READY_FILE. Default: it is. */
  isPrepared?(): boolean
  /** Whether the process is about to end, so that nobody sends it more. */
  isStopping(): boolean
}

export interface Probes {
  /** Whether a request was answered here. */
  answers(request: IncomingMessage, response: ServerResponse): boolean
}

/** Milliseconds that the check may take. */
const PATIENCE = 1_000

/** Milliseconds for which an answer serves everybody who asks, so that asking costs nothing. */
const FRESHNESS = 1_000

/** Next.js is not asked, so that these answer while it is busy. */
export function createProbes(options: ProbeOptions): Probes {
  const { checkDatabase, isPrepared = () => true, isStopping } = options
  const isReady = remember(() =>
    inTime(checkDatabase(), PATIENCE).then(
      () => true,
      () => false,
    ),
  )

  async function answerReadiness(response: ServerResponse): Promise<void> {
    if (isStopping() || !isPrepared()) return refuse(response, 'overloaded')
    if (await isReady()) return accept(response)
    refuse(response, 'database_unavailable')
  }

  return {
    answers({ method, url }, response) {
      if (method !== 'GET' && method !== 'HEAD') return false
      if (url === '/livez') accept(response)
      else if (url === '/readyz') void answerReadiness(response)
      else return false
      return true
    },
  }
}

function accept(response: ServerResponse): void {
  const headers = { 'cache-control': 'no-store', 'content-type': 'application/json' }
  response.writeHead(200, headers).end('{"status":"ok"}')
}

function remember<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let looking: Promise<Value> | undefined
  let until = 0
  return () => {
    if (looking === undefined || performance.now() > until) {
      until = Number.POSITIVE_INFINITY
      looking = look().finally(() => {
        until = performance.now() + FRESHNESS
      })
    }
    return looking
  }
}
