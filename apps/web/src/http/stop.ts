/** The orderly end of the server: said, then waited for, and over in time. */
import type { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { shutDown } from '../lifecycle.js'
import { untilIdleTurn } from './idle-turn.js'

export interface StopOptions {
  /** Milliseconds between the signal and the end of listening, for balancers to notice. */
  readonly pause: number
  /** Milliseconds that answers under way are given to finish. Default: five seconds. */
  readonly patience?: number
  /** Milliseconds after the pause at which whatever is left is left behind. Default: 9.5 seconds. */
  readonly most?: number
  /** How the pause is waited for. Default: by the clock. */
  readonly wait?: (milliseconds: number) => Promise<unknown>
}

/**
 * Calls `stop` at the first signal to end. The same process is often sent several, by a terminal, by npm and by whoever
 * supervises it: the others would end it before what is under way has finished.
 */
export function onFirstSignal(signals: EventEmitter, stop: () => Promise<void>): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT']) {
    signals.on(signal, () => {
      if (isStopping) return
      isStopping = true
      void stop()
    })
  }
}

/**
 * Goes on answering during the pause, then listens no more and lets answers under way finish. What
 * waits for news is answered at once, and not before the pause is over: followers would ask again.
 */
export async function stopServer(
  server: Server,
  { pause, patience = 5_000, most = 9_500, wait = sleep }: StopOptions,
): Promise<void> {
  await wait(pause)
  await untilIdleTurn()
  const answered = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection becomes idle only after its answer, and a browser may keep it for minutes.
  const idle = setInterval(() => server.closeIdleConnections(), 20)
  const late = setTimeout(() => server.closeAllConnections(), patience)
  // A database that hangs does not let go of its connections either.
  await Promise.race([shutDown(answered), sleep(most, undefined, { ref: false })])
  clearInterval(idle)
  clearTimeout(late)
}
