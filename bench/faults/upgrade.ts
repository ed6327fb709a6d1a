/** A database of the last release, with one login for everything, is upgraded in place while both releases serve. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { root } from '../../scripts/start/data-dir.js'
import { type Addresses, type ApiStage, startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import { keepLedger, toOutcomes } from './ledger.js'

/** What requests of both releases run as, in a database of this name. */
const ROLE = 'claimcheck_tasks_claimcheck_tasks'

/** Tasks of Ada in the database of the last release. */
const BEFORE = 3

const WORKERS = 4

export async function upgradeInPlace(): Promise<readonly Bar[]> {
  const ending = new AbortController()
  const old: { work?: Promise<OldWriter> } = {}
  const stage = await startApiStage({
    toEnv: async ({ owner }) => {
      await restore(owner)
      // The last release has been serving for a while when this one starts beside it.
      old.work = writeAsLastRelease(owner, ending.signal)
      await wait(1000)
      return { TASKS_DATABASE_URL: owner, MIGRATIONS_DATABASE_URL: '' }
    },
  })
  try {
    const until = ending.signal
    const headers = await stage.signIn('ada')
    const writing = keepLedger({ url: () => stage.url, headers, workers: WORKERS, until })
    await wait(2000)
    // Now the owner apart, and then once more, as at every later start.
    await becomeTwoLogins(stage)
    await wait(2000)
    await becomeTwoLogins(stage)
    await wait(1000)
    ending.abort()
    const [ledger, writer] = [await writing, await old.work]
    if (writer === undefined) throw new Error('The last release wrote nothing.')
    const kept = new Set(await stage.readIds('ada'))
    const all = [...ledger.acknowledged, ...writer.ids]
    console.log(
      `  this release: ${toOutcomes(ledger)}; ${writer.ids.length} writes of the last one`,
    )
    for (const failure of new Set(writer.failures)) console.log(`  ${failure}`)
    const refused = [...ledger.outcomes.keys()].filter((status) => Number(status) >= 400)
    return [
      toBar('writes of the last release that failed', writer.failures.length, 0),
      toBar('the slowest of them', writer.slowest, 2000, 'ms'),
      toBar('answers of this release with an error', refused.length, 0),
      toBar('acknowledged by either and lost', all.filter((id) => !kept.has(id)).length, 0),
      toBar('tasks too many, or lost from before', Math.abs(kept.size - all.length - BEFORE), 0),
    ]
  } finally {
    ending.abort()
    await stage.stop()
  }
}

async function becomeTwoLogins(stage: ApiStage): Promise<void> {
  const { serving, owner } = stage.addresses
  const env = { TASKS_DATABASE_URL: serving, MIGRATIONS_DATABASE_URL: owner }
  await stage.restartApi('SIGTERM', { env })
}

async function restore(owner: Addresses['owner']): Promise<void> {
  const client = new pg.Client({ connectionString: owner })
  await client.connect()
  const release = await readFile(join(root, 'apps/api/test/_release-0.1.0.sql'), 'utf8')
  await client.query(`create role ${ROLE} nologin; grant ${ROLE} to current_user`)
  await client.query(release.replaceAll('request_role', ROLE))
  await client.end()
}

interface OldWriter {
  readonly ids: readonly string[]
  readonly failures: readonly string[]
  /** Milliseconds. */
  readonly slowest: number
}

/** The statements with which release 0.1.0 created a task. */
async function writeAsLastRelease(owner: string, until: AbortSignal): Promise<OldWriter> {
  const pool = new pg.Pool({ connectionString: owner, max: WORKERS })
  const ids: string[] = []
  const failures: string[] = []
  let slowest = 0
  const work = async () => {
    while (!until.aborted) {
      const id = crypto.randomUUID()
      const began = performance.now()
      const client = await pool.connect()
      try {
        await client.query('begin')
        await client.query(
          "select set_config('role', $1, true), set_config('app.user_id', 'ada', true)",
          [ROLE],
        )
        await client.query(
          `insert into claimcheck_tasks.tasks (user_id, id, title, creation)
           values ('ada', $1, 'Of the last release', '')`,
          [id],
        )
        await client.query('commit')
        ids.push(id)
        client.release()
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error))
        client.release(true)
      }
      slowest = Math.max(slowest, performance.now() - began)
      await wait(5)
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  await pool.end()
  return { ids, failures, slowest }
}
