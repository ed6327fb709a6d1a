/** Somebody who asks the same again and again, and writes down what came of it. */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Outcome } from './exchange.js'
import { send } from './ledger.js'

export interface Answered {
  /** On the clock of `performance.now()`. */
  readonly at: number
  readonly milliseconds: number
  readonly status: Outcome
}

export interface Asking {
  /** What came so far, oldest first. */
  readonly answers: readonly Answered[]
  /** How often each outcome came, in words. */
  summary(): string
  /** Milliseconds from a moment to the first answer with a status after it. */
  until(status: number, since: number): number
  stop(): Promise<void>
}

export interface AskingOptions {
  /** Where the next request goes. */
  url: () => string
  /** Headers of the next request. */
  headers: () => Record<string, string> | Promise<Record<string, string>>
  /** Milliseconds between an answer and the next request. */
  pause: number
}

/** Begins to ask. */
export function startAsking({ url, headers, pause }: AskingOptions): Asking {
  const agent = new Agent({ keepAlive: true })
  const answers: Answered[] = []
  let isStopping = false

  async function goOn(): Promise<void> {
    while (!isStopping) {
      const began = performance.now()
      const status = await send(agent, url(), await headers())
      const at = performance.now()
      answers.push({ at, milliseconds: at - began, status })
      await wait(pause)
    }
  }

  const asking = goOn()
  return {
    answers,
    summary() {
      const counts = new Map<Outcome, number>()
      for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1)
      return [...counts].map((each) => each.join(': ')).join(', ')
    },
    until(status, since) {
      const first = answers.find((answered) => answered.at > since && answered.status === status)
      return (first?.at ?? Number.POSITIVE_INFINITY) - since
    },
    async stop() {
      isStopping = true
      await asking
      agent.destroy()
    },
  }
}
