/** Half of what it can do, for a long time: nothing may grow. `--minutes=20` asks for so long; else it is five. */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import { load, toRequest } from '../api/load.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import { exchange, type Outcome } from './exchange.js'
import { send } from './ledger.js'

/** Milliseconds between two looks at the process. */
const LOOK_MS = 2000

const LANES = 8

interface Look {
  readonly heap: number
  readonly resident: number
  readonly descriptors: number
}

export async function soak(): Promise<readonly Bar[]> {
  const minutes = Number(process.argv.find((each) => each.startsWith('--minutes='))?.slice(10) ?? 5)
  const stage = await startApiStage({
    toEnv: ({ issuer }) => ({ REVOCATIONS_URL: `${issuer}/revocations` }),
  })
  const agent = new Agent({ keepAlive: true })
  try {
    await stage.fill('ada', 200, 'Ticket 212, before ten.')
    const list = toRequest('GET', '/api/me/tasks?limit=20', await stage.signIn('ada'))
    const { port } = stage
    const peak = await load({
      port,
      requests: [list],
      connections: 16,
      milliseconds: 5000,
      status: 200,
    })
    const rate = peak.perSecond / 2
    console.log(`  ${rate.toFixed(0)} requests a second for ${minutes} minutes`)
    const end = performance.now() + minutes * 60_000
    const outcomes = new Map<Outcome, number>()
    const looks: Look[] = []
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      goOn(stage, agent, { rate, end, outcomes, lane }),
    )
    while (performance.now() < end) {
      await wait(LOOK_MS)
      looks.push(await look(stage, agent))
    }
    await Promise.all(lanes)
    console.log(`  ${[...outcomes].map((each) => each.join(': ')).join(', ')}`)
    const failed = [...outcomes].filter(([status]) => status !== 200 && status !== 401)
    return [
      ...compare(looks),
      toBar(
        'answers other than 200, and 401 to bad tokens',
        failed.reduce((sum, [, count]) => sum + count, 0),
        0,
      ),
    ]
  } finally {
    agent.destroy()
    await stage.stop()
  }
}

interface Lane {
  /** Requests a second of all lanes together. */
  readonly rate: number
  readonly end: number
  readonly outcomes: Map<Outcome, number>
  readonly lane: number
}

/** Lists, now and then a task that comes and goes, new tokens, bad tokens, and sessions that end. */
async function goOn(stage: ApiStage, agent: Agent, { rate, end, outcomes, lane }: Lane) {
  const { issuer } = stage.issuer
  const url = `${stage.url}/api/me/tasks`
  let headers = await stage.signIn('ada', { sid: `${lane}` })
  let due = performance.now()
  for (let turn = 0; due < end; turn += 1) {
    due += (1000 * LANES) / rate
    await wait(Math.max(0, due - performance.now()))
    let status: Outcome
    if (turn % 20 === 0) {
      const sid = `${lane}.${turn}`
      headers = await stage.signIn('ada', { sid })
      if (turn % 400 === 0) await issuer.feed.revokeSession(`${sid} of somebody`)
      status = await send(agent, url, headers, { id: crypto.randomUUID(), title: 'Comes and goes' })
    } else if (turn % 20 === 1) {
      const bad = `${headers.Authorization?.slice(0, -20)}${crypto.randomUUID().slice(0, 20)}`
      status = await send(agent, url, { Authorization: bad })
    } else status = await send(agent, `${url}?limit=20`, headers)
    outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
    if (turn % 400 === 399) await empty(stage)
  }
}

/** Keeps the table from growing to the most that a person may have. */
async function empty({ owner }: ApiStage): Promise<void> {
  await owner.query(
    `with person as (select set_config('app.user_id', 'ada', false))
     delete from claimcheck_tasks.tasks using person where title = 'Comes and goes'`,
  )
}

async function look({ url }: ApiStage, agent: Agent): Promise<Look> {
  const { text } = await exchange(agent, `${url}/metrics`, { headers: {} })
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  return {
    heap: read('nodejs_heap_size_used_bytes'),
    resident: read('process_resident_memory_bytes'),
    descriptors: read('process_open_fds'),
  }
}

/** The lowest of a stretch is what is left after a collection: of the second quarter, and of the last. */
function compare(looks: readonly Look[]): readonly Bar[] {
  const quarter = Math.floor(looks.length / 4)
  const early = looks.slice(quarter, 2 * quarter)
  const late = looks.slice(-quarter)
  return (['heap', 'resident', 'descriptors'] as const).map((what) => {
    const lowest = (some: readonly Look[]) => Math.min(...some.map((each) => each[what]))
    const [from, to] = [lowest(early), lowest(late)]
    const unit = what === 'descriptors' ? 1 : 1024 * 1024
    console.log(
      `  ${what}: ${(from / unit).toFixed(1)} in the second quarter, ${(to / unit).toFixed(1)} in the last`,
    )
    return toBar(`${what} at the end, against the second quarter`, to / from, 1.1, '×')
  })
}
