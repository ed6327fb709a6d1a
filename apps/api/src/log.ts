/** The log of the process: one JSON object a line on standard output, and never a reason to wait. */
import pino, { type Logger } from 'pino'

/** Bytes that wait for whoever reads the log; what comes on top of them is left out. */
const MOST_WAITING = 1024 * 1024

/** Milliseconds that the last lines get to leave a process that ends. */
const FLUSH_MS = 500

export interface ProcessLog {
  readonly log: Logger
  /** Resolves when everything has been handed over, or nobody takes it. */
  flush(): Promise<void>
}

/**
 * Opens the log. A pipe that nobody reads fills up: then lines are left out, and the first one that finds room again
 * says how many.
 */
export function openLog(level: string, output: NodeJS.WriteStream = process.stdout): ProcessLog {
  let leftOut = 0
  // Whoever read the log has gone away. The API has not.
  output.on('error', () => {})
  const log = pino(
    { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write: (line: string) => {
        if (output.writableLength > MOST_WAITING) {
          leftOut += 1
          return
        }
        output.write(line)
        if (leftOut === 0) return
        const lines = leftOut
        leftOut = 0
        log.warn({ lines }, 'log lines were left out, because nobody read them')
      },
    },
  )
  return {
    log,
    flush: () =>
      new Promise((resolve) => {
        const late = setTimeout(resolve, FLUSH_MS)
        output.write('', () => {
          clearTimeout(late)
          resolve()
        })
      }),
  }
}
