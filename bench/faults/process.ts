/** The API is killed in the middle of writing, and told to stop under load. */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { keepLedger, send, toOutcomes } from './ledger.js'

const KILLS = 100
const WORKERS = 8

export async function killApi(): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  try {
    const ending = new AbortController()
    const headers = await stage.signIn('ada')
    const writing = keepLedger({
      url: () => stage.url,
      headers,
      workers: WORKERS,
      until: ending.signal,
    })
    for (let kill = 0; kill < KILLS; kill += 1) {
      await wait(100 + Math.random() * 200)
      await stage.restartApi('SIGKILL')
    }
    ending.abort()
    const ledger = await writing
    const kept = await stage.readIds('ada')
    const known = new Set(kept)
    console.log(`  answers: ${toOutcomes(ledger)}`)
    return [
      {
        name: `acknowledged and lost, over ${KILLS} kills`,
        measured: ledger.acknowledged.filter((id) => !known.has(id)).length,
        asked: 0,
        atMost: true,
        unit: '',
      },
      {
        name: 'kept twice, or never acknowledged',
        measured: kept.length - new Set(ledger.acknowledged).size,
        asked: 0,
        atMost: true,
        unit: '',
      },
    ]
  } finally {
    await stage.stop()
  }
}

/** Two processes behind something that asks for readiness, as a balancer does; each is replaced in turn. */
export async function stopApi(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ toEnv: () => ({ STOP_PAUSE_SECONDS: '2' }) })
  const second = await stage.startApi()
  const urls = [stage.url, second.url]
  const ready = new Set(urls)
  const ending = new AbortController()
  try {
    const headers = await stage.signIn('ada')
    const probing = probe(urls, ready, ending.signal)
    let turn = 0
    let last = stage.url
    const next = () => {
      // A balancer that finds nothing ready goes on with whoever it asked last.
      const choices = ready.size > 0 ? [...ready] : [last]
      turn += 1
      last = choices[turn % choices.length] ?? last
      return last
    }
    const writing = keepLedger({ url: next, headers, workers: 16, until: ending.signal })
    await wait(2000)
    const began = performance.now()
    await stage.restartApi('SIGTERM')
    const took = performance.now() - began
    await wait(1500)
    await second.stop()
    await wait(1000)
    ending.abort()
    const ledger = await writing
    await probing
    console.log(
      `  answers: ${toOutcomes(ledger)}; stopping and starting took ${took.toFixed(0)} ms`,
    )
    const failed = ledger.answers.filter(({ status }) => status !== 200).length
    return [{ name: 'requests that failed', measured: failed, asked: 0, atMost: true, unit: '' }]
  } finally {
    ending.abort()
    await second.stop()
    await stage.stop()
  }
}

async function probe(
  urls: readonly string[],
  ready: Set<string>,
  until: AbortSignal,
): Promise<void> {
  const agent = new Agent()
  while (!until.aborted) {
    for (const url of urls) {
      if ((await send(agent, `${url}/readyz`, {})) === 200) ready.add(url)
      else ready.delete(url)
    }
    await wait(100)
  }
  agent.destroy()
}
