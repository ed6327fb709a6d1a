/** What somebody notices who asks now and then: requests at fixed times, whether or not earlier ones were answered. */
import { Agent, request } from 'node:http'

export interface Asked {
  readonly name: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Milliseconds, of all answers to one thing. */
export interface Noticed {
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Answers that were not a 200. */
  readonly failures: number
}

/** Milliseconds from one request to the next for the same thing. */
const EVERY = 100

/** Asks for each of them every so often, until the milliseconds are over. */
export async function watch(
  port: number,
  asked: readonly Asked[],
  milliseconds: number,
): Promise<ReadonlyMap<string, Noticed>> {
  const agent = new Agent({ keepAlive: true })
  const noticed = await Promise.all(
    asked.map(async (one): Promise<[string, Noticed]> => {
      const answers: Promise<Answer>[] = []
      const began = performance.now()
      for (let passed = 0; passed < milliseconds; passed = performance.now() - began) {
        answers.push(ask(port, one, agent))
        await new Promise((resolve) => setTimeout(resolve, EVERY))
      }
      return [one.name, toNoticed(await Promise.all(answers))]
    }),
  )
  agent.destroy()
  return new Map(noticed)
}

/** One line of figures. */
export function toLine(name: string, { p50, p99, max, failures }: Noticed): string {
  const figures = [p50, p99, max].map((value) => value.toFixed(1).padStart(7)).join(' /')
  return `  ${name.padEnd(44)}${figures} ms (p50 / p99 / max), ${failures} failed`
}

interface Answer {
  readonly took: number
  readonly status: number
}

function ask(port: number, { path, headers = {} }: Asked, agent: Agent): Promise<Answer> {
  const began = performance.now()
  return new Promise((resolve) => {
    const end = (status: number) => resolve({ took: performance.now() - began, status })
    request({ host: '127.0.0.1', port, path, headers, agent }, (response) => {
      response.resume().on('end', () => end(response.statusCode ?? 0))
    })
      .on('error', () => end(0))
      .end()
  })
}

function toNoticed(answers: readonly Answer[]): Noticed {
  const times = answers.map(({ took }) => took).sort((a, b) => a - b)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1] ?? 0
  const failures = answers.filter(({ status }) => status !== 200).length
  return { p50: at(0.5), p99: at(0.99), max: at(1), failures }
}
