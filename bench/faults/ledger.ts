/** A client that keeps books: it creates tasks under its own ids, and tries again until it is told that one is kept. */
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

export interface Ledger {
  /** The ids that the API said were kept. */
  readonly acknowledged: readonly string[]
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<Outcome, number>
  /** Every answer: when it came, on the clock of `performance.now()`, how long it took, and its status. */
  readonly answers: readonly { at: number; milliseconds: number; status: Outcome }[]
}

/** The status of an answer, or without one what the connection died of, as in `ECONNRESET, kept alive`. */
export type Outcome = number | string

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

/** Sends one request, and gives up when nothing comes for ten seconds. */
export function send(
  agent: Agent,
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const method = body === undefined ? 'GET' : 'POST'
    const sending = request(url, { agent, method, headers, timeout: 10_000 }, (response) => {
      response.resume()
      response.on('error', fail)
      response.on('end', () => resolve(response.statusCode ?? 'no status'))
    })
    const fail = (error: NodeJS.ErrnoException) =>
      resolve(`${error.code ?? error.message}${sending.reusedSocket ? ', kept alive' : ''}`)
    sending.on('timeout', () => sending.destroy(new Error('no answer')))
    sending.on('error', fail)
    sending.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** One line of what came how often. */
export function toOutcomes({ outcomes }: Ledger): string {
  return [...outcomes].map(([status, count]) => `${status}: ${count}`).join(', ')
}
