/** Queries that take for ever, and connections that are all taken. */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import type { Outcome } from './exchange.js'
import { send } from './ledger.js'

/** Milliseconds within which everybody is answered. */
const ANSWERED_MS = 3000

/** Milliseconds for which a lock is held. */
const HELD_MS = 6000

/** Every query waits for a lock. */
export function slowQueries(): Promise<readonly Bar[]> {
  return askThroughLock('lock table claimcheck_tasks.tasks in access exclusive mode', 8)
}

/** The changes of one person hold every connection there is, and others want one. */
export function exhaustPool(): Promise<readonly Bar[]> {
  return askThroughLock(
    "select from claimcheck_tasks.accounts where user_id = 'ada' for update",
    40,
  )
}

interface Answered {
  readonly at: number
  readonly milliseconds: number
  readonly status: Outcome
}

/** `writers` of one person and a reader of another ask without end, while somebody holds a lock. */
async function askThroughLock(lock: string, writers: number): Promise<readonly Bar[]> {
  const stage = await startApiStage()
  const agent = new Agent({ keepAlive: true })
  try {
    const ending = new AbortController()
    const answers: Answered[] = []
    const goOn = async (subject: string, path: string, toBody?: () => unknown) => {
      const headers = await stage.signIn(subject)
      while (!ending.signal.aborted) {
        const began = performance.now()
        const status = await send(agent, `${stage.url}${path}`, headers, toBody?.())
        const at = performance.now()
        answers.push({ at, milliseconds: at - began, status })
        if (status !== 200) await wait(20)
      }
    }
    const ada = await stage.signIn('ada')
    await send(agent, `${stage.url}/api/me/tasks`, ada, { title: 'Warm' })
    const asking = [
      goOn('bystander', '/api/me/tasks?limit=20'),
      ...Array.from({ length: writers }, () =>
        goOn('ada', '/api/me/tasks', () => ({ id: crypto.randomUUID(), title: 'T' })),
      ),
    ]
    await wait(1000)
    const release = await hold(stage, lock)
    await wait(HELD_MS)
    const identity = await send(agent, `${stage.url}/api/me`, ada)
    const forgotten = await countLate(stage.owner)
    await release()
    const released = performance.now()
    await wait(3000)
    ending.abort()
    await Promise.all(asking)
    return toBars(answers, { released, identity, forgotten })
  } finally {
    agent.destroy()
    await stage.stop()
  }
}

function toBars(
  answers: readonly Answered[],
  ended: { released: number; identity: Outcome; forgotten: number },
): readonly Bar[] {
  const { released, identity, forgotten } = ended
  const first = answers.find(({ at, status }) => at > released && status === 200)
  const unavailable = answers.filter(({ status }) => status === 503).length
  const others = answers.filter(({ status }) => status !== 200 && status !== 503).length
  const [last] = answers.toSorted((one, other) => other.milliseconds - one.milliseconds)
  const slowest = last?.milliseconds ?? 0
  console.log(
    `  ${answers.length - unavailable - others} times 200, ${unavailable} times 503; the slowest: ${last?.status}`,
  )
  return [
    toBar('the slowest answer', slowest, ANSWERED_MS, 'ms'),
    toBar('answers other than 200 and 503', others, 0),
    {
      name: 'who am I, which needs no database: 200',
      measured: Number(identity),
      asked: 200,
      unit: '',
    },
    toBar('statements that go on longer than that in the database', forgotten, 0),
    toBar(
      'first answer after the lock is gone',
      (first?.at ?? Number.POSITIVE_INFINITY) - released,
      2000,
      'ms',
    ),
  ]
}

async function hold({ owner }: ApiStage, lock: string): Promise<() => Promise<void>> {
  const client = await owner.connect()
  await client.query('begin')
  // The policies hold for the owner as well.
  await client.query("select set_config('app.user_id', 'ada', true)")
  await client.query(lock)
  return async () => {
    await client.query('rollback')
    client.release()
  }
}

async function countLate(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where state = 'active' and application_name = 'claimcheck-api'
     and now() - query_start > $1 * interval '1 millisecond'`,
    [ANSWERED_MS + 500],
  )
  return rows[0]?.count ?? 0
}
