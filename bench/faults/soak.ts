/**
 * Half of what it can do, for a long time: once what is remembered has come to its bounds, nothing may grow. The heap
 * is what a snapshot says after everything was collected; what V8 reports in between is mostly what it has not looked
 * at yet. `--minutes=20` asks for so long; else it is five.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import { load, toRequest } from '../api/load.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import { exchange, type Outcome } from './exchange.js'
import { send } from './ledger.js'
import { measureHeap } from './live-heap.js'

/** Milliseconds between two looks at the process. */
const LOOK_MS = 2000

const LANES = 8

/** Milliseconds by which a lane may be late; what it could not ask by then is left out, and not asked all at once. */
const LATE_MS = 1000

/** As many tokens as the API remembers, and some more. */
const TOKENS = 11_000

/** Nobody is asked while a snapshot is taken, which stops the process for a moment. */
const pause = { until: Promise.resolve() }

interface Look {
  /** Bytes that V8 reports. */
  readonly heap: number
  readonly resident: number
  readonly descriptors: number
  readonly remembered: number
  readonly revoked: number
}

export async function soak(): Promise<readonly Bar[]> {
  const minutes = Number(process.argv.find((each) => each.startsWith('--minutes='))?.slice(10) ?? 5)
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-soak-'))
  const stage = await startApiStage({
    toEnv: ({ issuer }) => ({
      REVOCATIONS_URL: `${issuer}/revocations`,
      NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`,
    }),
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
    await fillCache(stage, agent)
    const rate = peak.perSecond / 2
    console.log(`  ${rate.toFixed(0)} requests a second for ${minutes} minutes`)
    const began = performance.now()
    const length = minutes * 60_000
    const outcomes = new Map<Outcome, number>()
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      goOn(stage, agent, { rate, end: began + length, outcomes, lane }),
    )
    const looks: Look[] = []
    const heaps: number[] = []
    while (performance.now() < began + length - LOOK_MS) {
      await wait(LOOK_MS)
      looks.push(await look(stage, agent))
      // At half of the time, at three quarters, and just before the end.
      const share = (performance.now() - began + 2 * LOOK_MS) / length
      if (share >= 0.5 + heaps.length / 4) {
        let endPause = () => {}
        pause.until = new Promise((resolve) => {
          endPause = resolve
        })
        // What is under way is answered first, and the process comes to its senses before the next.
        await wait(LATE_MS)
        heaps.push(await measureHeap(stage.pid, folder))
        await wait(LATE_MS)
        endPause()
      }
    }
    await Promise.all(lanes)
    const total = [...outcomes.values()].reduce((sum, count) => sum + count, 0)
    const kept = ((100 * total) / (rate * minutes * 60)).toFixed(0)
    console.log(
      `  ${[...outcomes].map((each) => each.join(': ')).join(', ')}: ${kept} % of that rate`,
    )
    const failed = [...outcomes].filter(([status]) => status !== 200 && status !== 401)
    return [
      ...compareHeaps(heaps),
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
    await rm(folder, { recursive: true, force: true })
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
  for (let turn = 0; performance.now() < end; turn += 1) {
    due = Math.max(due + (1000 * LANES) / rate, performance.now() - LATE_MS)
    await wait(Math.max(0, due - performance.now()))
    await pause.until
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

/** Has everything remembered that can be: a token that comes twice is kept. */
async function fillCache(stage: ApiStage, agent: Agent): Promise<void> {
  let count = 0
  const ask = async () => {
    while (count < TOKENS) {
      count += 1
      const headers = await stage.signIn('ada', { sid: `early ${count}` })
      for (let time = 0; time < 2; time += 1) await send(agent, `${stage.url}/api/me`, headers)
    }
  }
  await Promise.all(Array.from({ length: LANES }, ask))
}

/** Keeps the table from growing to the most that a person may have. */
async function empty({ owner }: ApiStage): Promise<void> {
  const client = await owner.connect()
  await client.query('begin')
  // The policies hold for the owner as well.
  await client.query("select set_config('app.user_id', 'ada', true)")
  await client.query("delete from claimcheck_tasks.tasks where title = 'Comes and goes'")
  await client.query('commit')
  client.release()
}

async function look({ url }: ApiStage, agent: Agent): Promise<Look> {
  const { text } = await exchange(agent, `${url}/metrics`, { headers: {} })
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
  return {
    heap: read('nodejs_heap_size_used_bytes'),
    resident: read('process_resident_memory_bytes'),
    descriptors: read('process_open_fds'),
    remembered: read('claimcheck_remembered_signatures'),
    revoked: read('claimcheck_feed_entries\\{issuer="0"\\}'),
  }
}

function compareHeaps([half = 0, ...later]: readonly number[]): readonly Bar[] {
  const shown = [half, ...later].map((each) => (each / 1024 / 1024).toFixed(2)).join(', ')
  console.log(`  live heap in MiB at half of the time, at three quarters, at the end: ${shown}`)
  return [
    toBar('live heap at the end, against half of the time', (later.at(-1) ?? 0) / half, 1.1, '×'),
  ]
}

/** The lowest of each quarter, because what was not collected yet comes and goes. */
function compare(looks: readonly Look[]): readonly Bar[] {
  const length = Math.floor(looks.length / 4)
  const listLowest = (what: keyof Look) =>
    [0, 1, 2, 3].map((quarter) =>
      Math.min(...looks.slice(quarter * length, (quarter + 1) * length).map((each) => each[what])),
    )
  for (const what of ['remembered', 'revoked', 'heap', 'resident', 'descriptors'] as const) {
    const unit = what === 'heap' || what === 'resident' ? 1024 * 1024 : 1
    const shown = listLowest(what).map((each) => (each / unit).toFixed(0))
    console.log(`  ${what}, the lowest of each quarter: ${shown.join(', ')}`)
  }
  const [, , third = 0, last = 0] = listLowest('descriptors')
  return [toBar('descriptors in the last quarter, against the third', last / third, 1.1, '×')]
}
