/** What sign-outs cost by their rate, by how many are listed and by how many follow: real HTTP, real Postgres. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startPostgres } from '../scripts/postgres/embedded.js'
import { type Bar, printBars } from './table.js'

const SECONDS = Number(process.env.SECONDS ?? 10)
const RATES = readNumbers('RATES', [2, 20, 200, 1_000])
const LISTED = readNumbers('LISTED', [2_000, 100_000])
const FOLLOWERS = readNumbers('FOLLOWERS', [1, 10])
/** How many rows one statement writes, and how often it is measured when they are known, in milliseconds. */
const TICK = 100
const SAMPLE = 500

interface Usage {
  readonly bytes: number
  readonly cpu: NodeJS.CpuUsage
}

export async function benchFeed(): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  const postgres = await startPostgres({ dataDir, durable: false })
  const bars: Bar[] = []
  try {
    console.log(
      '\n   a second     listed  followers   bytes/s each   followers µs/s each   issuer ms/s      p50      p99      max',
    )
    for (const listed of LISTED) {
      for (const followers of FOLLOWERS) {
        for (const rate of RATES)
          bars.push(
            ...(await measure(postgres.url('claimcheck_auth'), { rate, listed, followers })),
          )
      }
    }
    return printBars('Bars', bars)
  } finally {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Size {
  readonly rate: number
  readonly listed: number
  readonly followers: number
}

async function measure(url: string, { rate, listed, followers }: Size): Promise<Bar[]> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const issuer = start('feed-issuer.ts', url)
  try {
    const { port } = await hear<{ port: number }>(issuer)
    await pool.query('truncate revocation')
    await end(pool, listed, `now() - random() * interval '14 minutes'`)
    const group = start('feed-followers.ts', `http://127.0.0.1:${port}`, String(followers))
    try {
      await hear(group)
      await ask(group, { known: listed })
      const before = [await ask<Usage>(group, {}), await ask<Usage>(issuer, {})] as const
      const { waits, seconds } = await endAtRate(pool, group, rate, listed)
      const after = [await ask<Usage>(group, {}), await ask<Usage>(issuer, {})] as const
      const bytes = (after[0].bytes - before[0].bytes) / seconds / followers
      const cpu = toMicroseconds(before[0], after[0]) / seconds / followers
      const issuerCpu = toMicroseconds(before[1], after[1]) / seconds / 1_000
      waits.sort((one, other) => one - other)
      const [p50 = 0, p99 = 0, max = 0] = [0.5, 0.99, 1].map(
        (share) => waits[Math.ceil(waits.length * share) - 1],
      )
      const columns = [rate, listed, followers, bytes, cpu, issuerCpu, p50, p99, max]
      const widths = [11, 11, 11, 15, 22, 14, 9, 9, 9]
      console.log(
        columns
          .map((value, at) =>
            Math.round(value)
              .toString()
              .padStart(widths[at] ?? 9),
          )
          .join(''),
      )
      const name = `${rate} a second, ${listed} listed, ${followers} followers`
      const most = (what: string, measured: number, asked: number, unit: string): Bar => ({
        name: `${name}: ${what}`,
        measured,
        asked,
        unit,
        atMost: true,
      })
      return [
        most('bytes a second for each', bytes, 3 * 32 * rate + 20_000, ''),
        most('share of a core for each', cpu / 1e6, 0.02, ''),
        most('p99', p99, 1_000, 'ms'),
        most('max', max, 2_000, 'ms'),
      ]
    } finally {
      await stop(group)
    }
  } finally {
    await stop(issuer)
    await pool.end()
  }
}

/** Ends sessions at a rate, and now and then waits in the background until every follower knows of them. */
async function endAtRate(pool: pg.Pool, group: ChildProcess, rate: number, listed: number) {
  const began = performance.now()
  const waits: number[] = []
  let ended = 0
  let sampledAt = 0
  let sampling: Promise<void> = Promise.resolve()
  for (let passed = 0; passed < SECONDS * 1_000; passed = performance.now() - began) {
    const due = Math.floor((passed / 1_000) * rate) - ended
    if (due > 0) {
      await end(pool, due, 'now()')
      ended += due
      if (passed - sampledAt >= SAMPLE) {
        sampledAt = passed
        const known = listed + ended
        sampling = sampling.then(async () => {
          waits.push((await ask<{ took: number }>(group, { known })).took)
        })
      }
    }
    await wait(TICK)
  }
  await sampling
  return { waits, seconds: (performance.now() - began) / 1_000 }
}

async function end(pool: pg.Pool, count: number, createdAt: string): Promise<void> {
  for (let left = count; left > 0; left -= 50_000) {
    const prefix = randomBytes(8).toString('hex')
    await pool.query(
      `insert into revocation (id, kind, entry, "createdAt", until)
       select id, 'sid', rtrim(translate(encode(sha256(id::bytea), 'base64'), '+/', '-_'), '='),
              at, at + interval '990 seconds'
       from (select '${prefix}' || n as id, ${createdAt} as at
             from generate_series(1, ${Math.min(left, 50_000)}) n) made`,
    )
  }
}

function start(file: string, ...rest: string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return fork(path, rest, { execArgv: ['--import', 'tsx'] })
}

async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message')
  return message
}

async function ask<T>(child: ChildProcess, question: object): Promise<T> {
  const answer = hear<T>(child)
  child.send(question)
  return answer
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

function toMicroseconds(before: Usage, after: Usage): number {
  return after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system
}

function readNumbers(name: string, fallback: readonly number[]): readonly number[] {
  const text = process.env[name]
  return text === undefined ? fallback : text.split(',').map(Number)
}
