/** The database restarts under load, and is killed. */
import { setTimeout as wait } from 'node:timers/promises'
import { findPostmaster } from '../../scripts/postgres/processes.js'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import { keepLedger, toOutcomes } from './ledger.js'

const WORKERS = 16

export function restartDatabase(): Promise<readonly Bar[]> {
  return writeThrough((stage) => stage.stopDatabase())
}

export function killDatabase(): Promise<readonly Bar[]> {
  return writeThrough(async (stage) => {
    process.kill(await findPostmaster(stage.owner), 'SIGKILL')
    await stage.stopDatabase()
  })
}

async function writeThrough(end: (stage: ApiStage) => Promise<void>): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  try {
    const ending = new AbortController()
    const headers = await stage.signIn('ada')
    const until = ending.signal
    const writing = keepLedger({ url: () => stage.url, headers, workers: WORKERS, until })
    await wait(3000)
    await end(stage)
    const back = await stage.startDatabase()
    await wait(4000)
    ending.abort()
    const ledger = await writing
    const first = ledger.answers.find(({ at, status }) => at > back && status === 200)
    const slowest = Math.max(...ledger.answers.map(({ milliseconds }) => milliseconds))
    const kept = new Set(await stage.readIds('ada'))
    const lost = ledger.acknowledged.filter((id) => !kept.has(id)).length
    const others = [...ledger.outcomes.keys()].filter((status) => status !== 200 && status !== 503)
    console.log(`  answers: ${toOutcomes(ledger)}; the slowest took ${slowest.toFixed(0)} ms`)
    return [
      toBar('writes that were acknowledged and lost', lost, 0),
      toBar(
        'first write after the database is back',
        (first?.at ?? Number.POSITIVE_INFINITY) - back,
        2000,
        'ms',
      ),
      toBar('answers other than 200 and 503', others.length, 0),
    ]
  } finally {
    await stage.stop()
  }
}
