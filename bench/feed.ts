/** What sign-outs cost by their rate, by how many are listed and by how many follow: real HTTP, real Postgres. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../scripts/postgres/embedded.js'
import { type Measured, measureReal, type Size } from './feed/measure.js'
import { type Bar, printBars } from './table.js'

const SECONDS = Number(process.env.SECONDS ?? 10)
const RATES = readNumbers('RATES', [2, 20, 200, 1_000])
const LISTED = readNumbers('LISTED', [2_000, 100_000, 1_000_000])
const FOLLOWERS = readNumbers('FOLLOWERS', [1, 10])

export async function benchFeed(): Promise<boolean> {
  const dataDir = await mkdtemp(join(tmpdir(), 'claimcheck-bench-'))
  const postgres = await startPostgres({ dataDir, durable: false })
  const bars: Bar[] = []
  try {
    console.log(heading)
    for (const listed of LISTED) {
      for (const followers of FOLLOWERS) {
        for (const rate of RATES) {
          const size = { rate, listed, followers }
          const measured = await measureReal(postgres.url('claimcheck_auth'), size, SECONDS)
          console.log(toLine(size, measured))
          bars.push(...toBars(size, measured))
        }
      }
    }
    return printBars('Bars', bars)
  } finally {
    await postgres.stop()
    await rm(dataDir, { recursive: true, force: true })
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
].join('')

function toLine({ rate, listed, followers }: Size, measured: Measured): string {
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
  return columns.map(([value, width, digits]) => value.toFixed(digits).padStart(width)).join('')
}

function toBars({ rate, listed, followers }: Size, measured: Measured): Bar[] {
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
    most('% of a core for each', followerCpu * 100, 2, '%'),
    // What a process needs anyway is too much of it where few are listed.
    ...(listed >= 100_000 ? [most('bytes an entry', memory, 120, '')] : []),
    most('p99', readShare(waits, 0.99), 1_000, 'ms'),
    most('max', readShare(waits, 1), 2_000, 'ms'),
  ]
}

function readShare(waits: readonly number[], share: number): number {
  return waits[Math.ceil(waits.length * share) - 1] ?? Number.NaN
}

function readNumbers(name: string, fallback: readonly number[]): readonly number[] {
  const text = process.env[name]
  return text === undefined ? fallback : text.split(',').map(Number)
}
