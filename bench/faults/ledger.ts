/** A client that keeps books: it creates tasks under its own ids, and tries again until it is told that one is kept. */
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { exchange, type Outcome } from './exchange.js'

export interface Ledger {
  /** The ids that the API said were kept. */
  readonly acknowledged: readonly string[]
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<Outcome, number>
  /** Every answer: when it came, on the clock of `performance.now()`, how long it took, and its status. */
  readonly answers: readonly { at: number; milliseconds: number; status: Outcome }[]
}

export interface LedgerOptions {
  /** Where the next request goes. */
  url: () => string
  headers: Record<string, string>
  workers: number
  /** Ends the writing; what has begun is still tried until it is acknowledged. */
  until: AbortSignal
}

/** Milliseconds before a task is tried again. */
const PAUSE_MS = 20

export async function keepLedger({ url, headers, workers, until }: LedgerOptions): Promise<Ledger> {
  const agent = new Agent({ keepAlive: true, maxSockets: workers })
  const acknowledged: string[] = []
  const outcomes = new Map<Outcome, number>()
  const answers: Ledger['answers'][number][] = []

  async function work(): Promise<void> {
    while (!until.aborted) {
      const id = randomUUID()
      let status: Outcome = 'not sent'
      while (status !== 200) {
        const began = performance.now()
        status = await send(agent, `${url()}/api/me/tasks`, headers, { id, title: 'Kept' })
        const at = performance.now()
        answers.push({ at, milliseconds: at - began, status })
        outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
        if (status !== 200) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
      acknowledged.push(id)
    }
  }

  await Promise.all(Array.from({ length: workers }, work))
  agent.destroy()
  return { acknowledged, outcomes, answers }
}

/** Sends one request and gives what came of it. */
export async function send(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Outcome> {
  return (await exchange(agent, url, { headers, body })).status
}

/** One line of what came how often. */
export function toOutcomes({ outcomes }: Ledger): string {
  return [...outcomes].map(([status, count]) => `${status}: ${count}`).join(', ')
}
