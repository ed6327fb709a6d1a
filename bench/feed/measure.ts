/** One row of the grid on the real system: an issuer process, followers in another, and sessions that end at a rate. */
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

/** How many rows one statement writes, in milliseconds; and how long it goes on before anything is measured. */
const TICK = 100
const WARM_UP = 5_000
/** How long the last ones may take to arrive, in milliseconds: longer than any bar. */
const LAST = 5_000
const PAGE = 50_000

export async function measureReal(url: string, size: Size, seconds: number): Promise<Measured> {
  const { rate, listed, followers } = size
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  // The server ends before the last of its connections is closed.
  pool.on('error', () => undefined)
  const issuer = start('issuer.ts', url)
  try {
    const { port } = await hear<{ port: number }>(issuer)
    await pool.query('truncate revocation')
    await endSessions(pool, listed, `now() - random() * interval '14 minutes'`)
    await pool.query('vacuum analyze revocation')
    const group = start('followers.ts', `http://127.0.0.1:${port}`, String(followers))
    try {
      await hear(group)
      await untilKnown(group, listed)
      const { memory } = await ask<FollowersUsage>(group, 'memory')
      const warm = await endAtRate(pool, rate, WARM_UP, listed)
      const before = [
        await ask<FollowersUsage>(group, {}),
        await ask<IssuerUsage>(issuer, {}),
        performance.now(),
      ] as const
      const run = await endAtRate(pool, rate, seconds * 1_000, warm.known)
      const after = [
        await ask<FollowersUsage>(group, {}),
        await ask<IssuerUsage>(issuer, {}),
        performance.now(),
      ] as const
      const each = ((after[2] - before[2]) / 1_000) * followers
      await wait(LAST)
      const rest = await ask<FollowersUsage>(group, {})
      return {
        bytes: (after[0].bytes - before[0].bytes) / each,
        requests: (after[0].requests - before[0].requests) / each,
        followerCpu: toSeconds(before[0], after[0]) / each,
        issuerCpu: (toSeconds(before[1], after[1]) / each) * followers,
        memory: memory / followers / listed,
        waits: toWaits(run.commits, [...before[0].known, ...after[0].known, ...rest.known]),
      }
    } finally {
      await stop(group)
    }
  } finally {
    await stop(issuer)
    await pool.end()
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

function start(file: string, ...rest: string[]): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url))
  return fork(path, rest, { execArgv: ['--expose-gc', '--import', 'tsx'] })
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
