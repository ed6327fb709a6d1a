/** How a round of the abuse bench prints what it found. */
import type { LoadResult } from '../api/load.js'

/** One line of figures: how many answers, how fast, how many of another status. */
export function toFigures(name: string, { perSecond, p50, p99, failures }: LoadResult): string {
  const figures = `${perSecond.toFixed(0)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  return `  ${name}: ${figures}, ${failures} turned away or failed`
}
