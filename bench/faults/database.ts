/** The database restarts under load, and hangs. */
import { readdirSync, readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type ApiStage, startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { keepLedger, send, toOutcomes } from './ledger.js'

const WORKERS = 16

export async function restartDatabase(): Promise<readonly Bar[]> {
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
    await wait(3000)
    const restart = await stage.restartDatabase()
    await wait(4000)
    ending.abort()
    const ledger = await writing
    const first = ledger.answers.find(({ at, status }) => at > restart.back && status === 200)
    const slowest = Math.max(...ledger.answers.map(({ milliseconds }) => milliseconds))
    const kept = new Set(await stage.readIds('ada'))
    const lost = ledger.acknowledged.filter((id) => !kept.has(id)).length
    console.log(`  answers: ${toOutcomes(ledger)}; the slowest took ${slowest.toFixed(0)} ms`)
    return [
      {
        name: 'writes that were acknowledged and lost',
        measured: lost,
        asked: 0,
        atMost: true,
        unit: '',
      },
      {
        name: 'first write after the database is back',
        measured: (first?.at ?? Number.POSITIVE_INFINITY) - restart.back,
        asked: 2000,
        atMost: true,
        unit: 'ms',
      },
      {
        name: 'answers other than 200 and 503',
        measured: [...ledger.outcomes].filter(([status]) => status !== 200 && status !== 503)
          .length,
        asked: 0,
        atMost: true,
        unit: '',
      },
    ]
  } finally {
    await stage.stop()
  }
}

export async function hangDatabase(): Promise<readonly Bar[]> {
  const stage = await startApiStage({ INSPECTOR: 'on' })
  try {
    const headers = await stage.signIn('ada')
    const agent = new Agent({ keepAlive: true })
    const ask = (path: string, body?: unknown) => send(agent, `${stage.url}${path}`, headers, body)
    await ask('/api/me/tasks', { title: 'Warm' })
    const bars: Bar[] = []
    const pids = await listServer(stage)
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    try {
      for (const [name, path, body] of [
        ['a page', '/api/me/tasks', undefined],
        ['a search', '/api/me/tasks?q=x', undefined],
        ['one task', `/api/me/tasks/${crypto.randomUUID()}`, undefined],
        ['a new task', '/api/me/tasks', { title: 'T' }],
        ['the inspector', '/api/me/inspection', undefined],
        ['readiness', '/readyz', undefined],
      ] as const) {
        const began = performance.now()
        const status = await ask(path, body)
        console.log(`  ${name}: ${status}`)
        bars.push({
          name: `${name}: 503 after`,
          measured: status === 503 ? performance.now() - began : Number.POSITIVE_INFINITY,
          asked: 3000,
          atMost: true,
          unit: 'ms',
        })
      }
      bars.push({
        name: 'who am I: 200',
        measured: Number(await ask('/api/me')),
        asked: 200,
        unit: '',
      })
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    agent.destroy()
    return bars
  } finally {
    await stage.stop()
  }
}

/** The processes of the database server; only Linux tells. */
async function listServer({ owner }: ApiStage): Promise<readonly number[]> {
  const { rows } = await owner.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = readParent(rows[0]?.pid ?? 0)
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return [postmaster, ...all.filter((pid) => readParent(pid) === postmaster)]
}

function readParent(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[1])
  } catch {
    return Number.NaN
  }
}
