/**
 * What sign-outs cost by their rate, by how many are listed and by how many follow: real HTTP, real Postgres; and a
 * simulation beside it, which has the rows to itself that one machine cannot hold.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FeedOutcome, simulateFeed } from '../packages/claimcheck/test/simulation/feed.js'
import { startPostgres } from '../scripts/postgres/embedded.js'
import { type Measured, measureReal, type Size } from './feed/measure.js'
import { type Bar, printBars } from './table.js'

const SECONDS = Number(process.env.SECONDS ?? 10)
/** Lowest first: what ends at one rate is listed at the next. */
const RATES = readNumbers('RATES', [2, 20, 200, 1_000])
const LISTED = readNumbers('LISTED', [2_000, 100_000, 1_000_000])
const FOLLOWERS = readNumbers('FOLLOWERS', [1, 10, 100])
/** What one machine holds: entries of all followers, and sign-outs a second that are told to all of them. */
const MOST_ENTRIES = 10_000_000
const MOST_TOLD = 10_000
/** How far the simulation may be off, and how much more the issuer may need where more is listed, as factors. */
const TOLERANCE = 1.5

export async function benchFeed(): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  const postgres = await startPostgres({ dataDir, durable: false })
  const rows: Row[] = []
  try {
    console.log(heading)
    for (const listed of LISTED) {
      const simulations = new Map<number, FeedOutcome>()
      for (const rate of RATES) {
        simulations.set(rate, await simulateFeed({ rate, listed, seconds: SECONDS }))
      }
      for (const followers of FOLLOWERS) {
        const rates = RATES.filter((rate) => isHeld({ rate, listed, followers }))
        const url = postgres.url('claimcheck_auth')
        const stage =
          rates.length > 0 ? await measureReal(url, { listed, followers }, rates, SECONDS) : null
        if (stage) console.log(`   first answer after ${(stage.first / 1_000).toFixed(1)} s`)
        for (const [rate, simulated] of simulations) {
          const size = { rate, listed, followers }
          const found = stage?.rows[rates.indexOf(rate)]
          const measured = found ?? extrapolate(size, simulated, rows)
          const row = {
            size,
            measured,
            isReal: found !== undefined,
            simulatedBytes: simulated.bytes,
          }
          rows.push(row)
          console.log(toLine(row))
        }
      }
    }
    return printBars('Bars', [...rows.flatMap(toBars), ...rows.flatMap(toIssuerBars(rows))])
  } finally {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Row {
  readonly size: Size
  readonly measured: Measured
  readonly isReal: boolean
  readonly simulatedBytes: number
}

function isHeld({ rate, listed, followers }: Size): boolean {
  return followers * listed <= MOST_ENTRIES && followers * rate <= MOST_TOLD
}

/** The simulation knows bytes and times; what it costs is that of the real rows, by the number of followers. */
function extrapolate(
  { rate, listed, followers }: Size,
  { bytes, asked, waits }: FeedOutcome,
  rows: readonly Row[],
): Measured {
  const alike = rows.filter(
    ({ size, isReal }) => isReal && size.rate === rate && size.listed === listed,
  )
  const [first, last] = [alike.at(0), alike.at(-1)]
  const each =
    first && last && first !== last
      ? (last.measured.issuerCpu - first.measured.issuerCpu) /
        (last.size.followers - first.size.followers)
      : Number.NaN
  return {
    bytes,
    requests: asked,
    waits,
    followerCpu: last?.measured.followerCpu ?? Number.NaN,
    memory: last?.measured.memory ?? Number.NaN,
    issuerCpu:
      (last?.measured.issuerCpu ?? 0) +
      Math.max(0, each) * (followers - (last?.size.followers ?? 0)),
  }
}

const heading = [
  '   a second',
  '    listed',
  ' followers',
  '  bytes/s',
  '  asked/s',
  '  core %',
  ' issuer %',
  ' B/entry',
  '    p50',
  '    p99',
  '    max',
  '  simulated bytes/s',
].join('')

function toLine({ size, measured, isReal, simulatedBytes }: Row): string {
  const { rate, listed, followers } = size
  const { bytes, requests, followerCpu, issuerCpu, memory, waits } = measured
  const columns: [number, number, number][] = [
    [rate, 11, 0],
    [listed, 10, 0],
    [followers, 10, 0],
    [bytes, 9, 0],
    [requests, 9, 1],
    [followerCpu * 100, 8, 2],
    [issuerCpu * 100, 9, 1],
    [memory, 8, 0],
    [readShare(waits, 0.5), 7, 0],
    [readShare(waits, 0.99), 7, 0],
    [readShare(waits, 1), 7, 0],
  ]
  const texts = columns.map(([value, width, digits]) =>
    (Number.isNaN(value) ? '-' : value.toFixed(digits)).padStart(width),
  )
  return `${texts.join('')}${isReal ? simulatedBytes.toFixed(0).padStart(19) : '          simulated'}`
}

function toBars({ size, measured, isReal, simulatedBytes }: Row): Bar[] {
  const { rate, listed, followers } = size
  const { bytes, followerCpu, memory, waits } = measured
  const name = `${rate} a second, ${listed} listed, ${followers} followers`
  const most = (what: string, value: number, asked: number, unit: string): Bar => ({
    name: `${name}: ${what}`,
    measured: value,
    asked,
    unit,
    atMost: true,
  })
  return [
    most('bytes a second for each', bytes, 3 * 32 * rate + 20_000, ''),
    ...(isReal ? [most('% of a core for each', followerCpu * 100, 2, '%')] : []),
    // What a process needs anyway is too much of it where few are listed.
    ...(isReal && listed * followers >= 1_000_000 ? [most('bytes an entry', memory, 120, '')] : []),
    ...(isReal
      ? [
          most('bytes, real to simulated', bytes / simulatedBytes, TOLERANCE, '×'),
          most('bytes, simulated to real', simulatedBytes / bytes, TOLERANCE, '×'),
        ]
      : []),
    most('p99', readShare(waits, 0.99), 1_000, 'ms'),
    most('max', readShare(waits, 1), 2_000, 'ms'),
  ]
}

/** Against the row where the fewest are listed; two hundredths of a core are noise. */
function toIssuerBars(rows: readonly Row[]): (row: Row) => Bar[] {
  return ({ size, measured, isReal }) => {
    const [least] = rows.filter(
      (one) => one.isReal && one.size.rate === size.rate && one.size.followers === size.followers,
    )
    if (!isReal || !least || least.size === size) return []
    return [
      {
        name: `${size.rate} a second, ${size.listed} listed, ${size.followers} followers: % of a core of the issuer`,
        measured: measured.issuerCpu * 100,
        asked: least.measured.issuerCpu * TOLERANCE * 100 + 2,
        unit: '%',
        atMost: true,
      },
    ]
  }
}

function readShare(waits: readonly number[], share: number): number {
  return waits[Math.ceil(waits.length * share) - 1] ?? Number.NaN
}

function readNumbers(name: string, fallback: readonly number[]): readonly number[] {
  const text = process.env[name]
  return text === undefined ? fallback : text.split(',').map(Number)
}
