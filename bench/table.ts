/** Lines of figures that a person can compare. */

/** One contender: its name, and how often a second it did the work. */
export interface Row {
  readonly name: string
  readonly perSecond: number
}

/** Prints contenders, each also as a multiple of the first. */
export function printTable(title: string, rows: readonly Row[]): void {
  const base = rows[0]?.perSecond ?? 1
  const width = Math.max(...rows.map(({ name }) => name.length))
  console.log(`\n${title}`)
  for (const { name, perSecond } of rows) {
    const count = Math.round(perSecond).toLocaleString('en').padStart(11)
    const ratio = (perSecond / base).toFixed(2).padStart(9)
    console.log(`  ${name.padEnd(width)} ${count} /s ${ratio} ×`)
  }
}

/** A bar to clear: what was measured, the least that is asked for, and whether it was reached. */
export interface Bar {
  readonly name: string
  readonly measured: number
  readonly asked: number
  /** Whether less is better. Default: more is better. */
  readonly atMost?: boolean
  readonly unit?: string
}

/** Prints bars with a word for the outcome, and tells whether all were cleared. */
export function printBars(title: string, bars: readonly Bar[]): boolean {
  console.log(`\n${title}`)
  const outcomes = bars.map((bar) => {
    const isCleared = bar.atMost ? bar.measured <= bar.asked : bar.measured >= bar.asked
    const unit = bar.unit ?? '×'
    const limit = `${bar.atMost ? 'at most' : 'at least'} ${bar.asked} ${unit}`
    console.log(
      `  ${isCleared ? 'reached' : 'MISSED '} ${bar.name}: ${bar.measured.toFixed(2)} ${unit} (${limit})`,
    )
    return isCleared
  })
  return outcomes.every(Boolean)
}
