/** Contenders in turns, round after round, and what came of it as lines that a person can compare. */
import { type Load, type LoadResult, load } from './load.js'
import { readProcessorTime, type Server } from './stage.js'

/** Milliseconds of one turn. */
const TURN_MS = 1000

/**
 * Milliseconds of the first turn, which only warms up. Node compiles what runs often, and goes on doing so for some ten
 * thousand requests: ours took 4 times the processor time at first, the stack without authentication 3 times, and
 * Python the same all the time.
 */
const WARM_UP_MS = 5000

/** One thing that is asked of one server. */
export interface Contender {
  readonly name: string
  readonly server: Server
  readonly connections: number
  readonly requests: readonly Buffer[]
  readonly status: number
}

export interface Figures {
  readonly name: string
  readonly perSecond: readonly number[]
  readonly p50: number
  readonly p99: number
  /** Microseconds of processor time of the server for one request. */
  readonly processor: number
  /** Answers of another status than the one expected. */
  readonly failures: number
}

/**
 * Gives every contender a turn in each round, after a round that only warms up, so that a slow moment of the machine
 * meets all of them. `extra` runs once a round, for about as many milliseconds as a turn has.
 */
export async function takeRounds(
  contenders: readonly Contender[],
  rounds: number,
  extra?: (counts: boolean, milliseconds: number) => Promise<void>,
): Promise<Map<string, Figures>> {
  const turns = new Map<string, (LoadResult & { processor: number })[]>()
  for (let round = 0; round <= rounds; round += 1) {
    // Each round begins with another, so that nobody always comes after the same one.
    const at = round % contenders.length
    // The first round only warms up.
    const counts = round > 0
    const milliseconds = counts ? TURN_MS : WARM_UP_MS
    for (const contender of [...contenders.slice(at), ...contenders.slice(0, at)]) {
      const turn = await takeTurn(contender, milliseconds)
      if (counts) turns.set(contender.name, [...(turns.get(contender.name) ?? []), turn])
    }
    await extra?.(counts, milliseconds)
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return new Map(
    [...turns].map(([name, taken]) => [
      name,
      {
        name,
        perSecond: taken.map(({ perSecond }) => perSecond),
        p50: median(taken.map(({ p50 }) => p50)),
        p99: median(taken.map(({ p99 }) => p99)),
        processor: median(taken.map(({ processor }) => processor)),
        failures: taken.reduce((sum, { failures }) => sum + failures, 0),
      },
    ]),
  )
}

export async function takeTurn(
  { server, connections, requests, status }: Contender,
  milliseconds = TURN_MS,
) {
  const turn: Load = { port: server.port, requests, connections, status, milliseconds }
  const before = readProcessorTime(server.pid)
  const result = await load(turn)
  const processor = ((readProcessorTime(server.pid) - before) / result.count) * 1_000_000
  return { ...result, processor }
}

export interface FigureRow {
  readonly title: string
  readonly figures: Figures | undefined
  readonly memory: number | undefined
}

export function toRow(title: string, figures: Figures | undefined, memory?: number): FigureRow {
  return { title, figures, memory }
}

export function printFigures(title: string, rows: readonly FigureRow[]): void {
  const width = Math.max(...rows.map((row) => row.title.length))
  const base = median(rows[0]?.figures?.perSecond ?? [])
  console.log(`\n${title}`)
  for (const { title: name, figures, memory } of rows) {
    if (figures === undefined) continue
    const perSecond = median(figures.perSecond)
    const cells = [
      `${Math.round(perSecond)} /s`.padStart(9),
      `${(base / perSecond).toFixed(2)} ×`.padStart(8),
      `p50 ${figures.p50.toFixed(1)} ms`.padStart(12),
      `p99 ${figures.p99.toFixed(1)} ms`.padStart(12),
      `${Math.round(figures.processor)} µs`.padStart(8),
      memory === undefined ? '' : `${Math.round(memory)} MiB`.padStart(8),
      figures.failures === 0 ? '' : `${figures.failures} turned away or failed`,
    ]
    console.log(`  ${name.padEnd(width)} ${cells.join(' ')}`)
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The largest distance from the median, in percent of it. */
export function toSpread(values: readonly number[]): string {
  const middle = median(values)
  const distance = Math.max(...values.map((value) => Math.abs(value - middle)))
  return `${Math.round((distance / middle) * 100)} %`
}
