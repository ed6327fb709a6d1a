/** Rows of the grid on the real system: an issuer process, followers in another, and sessions that end at a rate. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { FollowersUsage, IssuerUsage, Known, Usage } from './messages.js'

/** Sign-outs a second, sessions that are listed before, and how many follow. */
export interface Size {
  readonly rate: number
  readonly listed: number
  readonly followers: number
}

/** What one row costs. For each follower and second, where nothing else is said. */
export interface Measured {
  readonly bytes: number
  readonly requests: number
  /** Shares of a core. */
  readonly followerCpu: number
  readonly issuerCpu: number
  /** Bytes of memory that a follower needs for an entry. */
  readonly memory: number
  /** Milliseconds from the commit of a row until every follower knew it, in order. */
  readonly waits: readonly number[]
}

/** What one issuer and one set of followers cost at each of several rates. */
export interface MeasuredStage {
  /** Milliseconds until an issuer that has just started answers. */
  readonly first: number
  readonly rows: readonly Measured[]
}

/** How often rows are written, in milliseconds; and how long that goes on before anything is measured. */
const TICK = 50
const WARM_UP = 3_000
/** How long the last ones may take to arrive, in milliseconds: longer than any bar. */
const LAST = 5_000
const PAGE = 50_000

/** Measures one rate after the other, with the same issuer and the same followers: start with the lowest. */
export async function measureReal(
  url: string,
  { listed, followers }: Omit<Size, 'rate'>,
  rates: readonly number[],
  seconds: number,
): Promise<MeasuredStage> {
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  // The server ends before the last of its connections is closed.
  pool.on('error', () => undefined)
  const issuer = start('issuer.ts', { env: { AUTH_DATABASE_URL: url } })
  try {
    const { port } = await hear<{ port: number }>(issuer)
    await pool.query('truncate revocation')
    await endSessions(pool, listed, `now() - random() * interval '14 minutes'`)
    await pool.query('vacuum analyze revocation')
    const first = await timeFirstAnswer(`http://127.0.0.1:${port}/api/auth/revocations/manifest`)
    const group = start('followers.ts', { args: [`http://127.0.0.1:${port}`, String(followers)] })
    try {
      await hear(group)
      await untilKnown(group, listed)
      const { memory } = await ask<FollowersUsage>(group, 'memory')
      const rows: Measured[] = []
      let size = listed
      for (const rate of rates) {
        const run = await measureRate({ pool, issuer, group, rate, seconds, size })
        size = run.size
        rows.push(toMeasured(run, followers, memory / followers / listed))
      }
      return { first, rows }
    } finally {
      await stop(group)
    }
  } finally {
    await stop(issuer)
    await pool.end()
  }
}

/** An issuer that has just started reads all that is listed before it answers; in milliseconds. */
async function timeFirstAnswer(url: string): Promise<number> {
  const began = performance.now()
  await (await fetch(url)).arrayBuffer()
  return performance.now() - began
}

interface Stage {
  readonly pool: pg.Pool
  readonly issuer: ChildProcess
  readonly group: ChildProcess
  readonly rate: number
  readonly seconds: number
  /** How many sessions have ended. */
  readonly size: number
}

interface Run {
  readonly before: Reading
  readonly after: Reading
  readonly waits: readonly number[]
  readonly size: number
}

interface Reading {
  readonly at: number
  readonly followers: FollowersUsage
  readonly issuer: IssuerUsage
}

async function measureRate({ pool, issuer, group, rate, seconds, size }: Stage): Promise<Run> {
  const warm = await endAtRate(pool, rate, WARM_UP, size)
  const before = await read(group, issuer)
  const run = await endAtRate(pool, rate, seconds * 1_000, warm.known)
  const after = await read(group, issuer)
  const known = [...before.followers.known, ...after.followers.known]
  for (const end = performance.now() + LAST; performance.now() < end; await wait(TICK)) {
    known.push(...(await ask<FollowersUsage>(group, {})).known)
    if ((known.at(-1)?.size ?? 0) >= run.known) break
  }
  return { before, after, waits: toWaits(run.commits, known), size: run.known }
}

async function read(group: ChildProcess, issuer: ChildProcess): Promise<Reading> {
  return {
    followers: await ask<FollowersUsage>(group, {}),
    issuer: await ask<IssuerUsage>(issuer, {}),
    at: performance.now(),
  }
}

function toMeasured({ before, after, waits }: Run, followers: number, memory: number): Measured {
  const passed = (after.at - before.at) / 1_000
  const each = passed * followers
  return {
    bytes: (after.followers.bytes - before.followers.bytes) / each,
    requests: (after.followers.requests - before.followers.requests) / each,
    followerCpu: toSeconds(before.followers, after.followers) / each,
    issuerCpu: toSeconds(before.issuer, after.issuer) / passed,
    memory,
    waits,
  }
}

/** Ends sessions at a rate; how many were known to have ended from when on. */
async function endAtRate(pool: pg.Pool, rate: number, milliseconds: number, knownBefore: number) {
  const began = performance.now()
  const commits: Known[] = []
  let ended = 0
  for (let passed = 0; passed < milliseconds; passed = performance.now() - began) {
    const due = Math.floor((passed / 1_000) * rate) - ended
    if (due > 0) {
      await endSessions(pool, due, 'now()')
      ended += due
      commits.push({ size: knownBefore + ended, at: Date.now() })
    }
    await wait(TICK)
  }
  return { commits, known: knownBefore + ended }
}

/** What never arrived counts as endless. */
function toWaits(commits: readonly Known[], known: readonly Known[]): number[] {
  let next = 0
  const waits = commits.map(({ size, at }) => {
    while (next < known.length && (known[next]?.size ?? 0) < size) next += 1
    return Math.max(0, (known[next]?.at ?? Number.POSITIVE_INFINITY) - at)
  })
  return waits.sort((one, other) => one - other)
}

async function untilKnown(group: ChildProcess, size: number): Promise<void> {
  for (let latest = 0; latest < size; await wait(200)) {
    const { known } = await ask<FollowersUsage>(group, {})
    latest = known.at(-1)?.size ?? latest
  }
}

async function endSessions(pool: pg.Pool, count: number, createdAt: string): Promise<void> {
  for (let left = count; left > 0; left -= PAGE) {
    const prefix = randomBytes(8).toString('hex')
    await pool.query(
      `insert into revocation (id, kind, entry, "createdAt", until)
       select id, 'sid', rtrim(translate(encode(sha256(id::bytea), 'base64'), '+/', '-_'), '='),
              at, at + interval '990 seconds'
       from (select '${prefix}' || n as id, ${createdAt} as at
             from generate_series(1, ${Math.min(left, PAGE)}) n) made`,
    )
  }
}

interface Start {
  readonly args?: readonly string[]
  /** What everybody on the machine could read as an argument. */
  readonly env?: Readonly<Record<string, string>>
}

function start(file: string, { args = [], env = {} }: Start): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const execArgv = ['--expose-gc', '--import', 'tsx']
  return fork(path, args, { execArgv, env: { ...process.env, ...env } })
}

async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = await once(child, 'message')
  return message
}

async function ask<T>(child: ChildProcess, question: object | string): Promise<T> {
  const answer = hear<T>(child)
  child.send(question)
  return answer
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

function toSeconds(before: Usage, after: Usage): number {
  return (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1e6
}
