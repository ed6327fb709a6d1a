/** Shows what takes time: one line per step, and on a terminal a running one while it lasts. */

import { performance } from 'node:perf_hooks'

export interface Progress {
  /** Runs the work and says how long it took. Steps may overlap. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>
  /** A line of its own. */
  note(line: string): void
}

export interface ProgressOutput {
  write(text: string): unknown
  isTTY?: boolean
}

export function createProgress(output: ProgressOutput = process.stdout): Progress {
  const running = new Map<string, number>()
  const isLive = output.isTTY === true
  let timer: NodeJS.Timeout | undefined

  async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    running.set(title, startedAt)
    if (isLive) timer ??= setInterval(draw, 100)
    else output.write(`  ${title}\n`)
    try {
      const result = await work()
      finish(title)
      note(`${title}: done in ${inSeconds(startedAt)}`)
      return result
    } catch (error) {
      finish(title)
      note(`${title}: failed after ${inSeconds(startedAt)}`)
      throw error
    }
  }

  function note(line: string): void {
    if (isLive) output.write('\r\x1b[K')
    output.write(`  ${line}\n`)
  }

  function finish(title: string): void {
    running.delete(title)
    if (running.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  function draw(): void {
    const parts = [...running].map(([title, startedAt]) => `${title} ${inSeconds(startedAt)}`)
    output.write(`\r\x1b[K  ${parts.join(', ')}`)
  }

  return { step, note }
}

function inSeconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
}
