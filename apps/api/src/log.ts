/** The log of the process: one JSON object a line on standard output, and never a reason to wait. */
import pino, { type Logger } from 'pino'

/** Bytes that wait for whoever reads the log; what comes on top of them is left out. */
const MOST_WAITING = 1024 * 1024

/** Milliseconds that the last lines get to leave a process that ends. */
const FLUSH_MS = 500

export interface ProcessLog {
  readonly log: Logger
  /** Writes what this turn of the event loop has logged so far: for a process that ends within it. */
  handOver(): void
  /** Resolves when everything has been handed over, or nobody takes it. */
  flush(): Promise<void>
}

/**
 * Opens the log. The lines of one turn of the event loop are written at once, because a write costs more than a line. A
 * pipe that nobody reads fills up: then lines are left out, and the first one that finds room again says how many.
 */
export function openLog(level: string, output: NodeJS.WriteStream = process.stdout): ProcessLog {
  let leftOut = 0
  let lines = ''
  // Whoever read the log has gone away. The API has not.
  output.on('error', () => {})

  function handOver(): void {
    if (lines === '') return
    const text = lines
    lines = ''
    output.write(text)
  }

  const log = pino(
    { level, base: {}, timestamp: createTimestamp() },
    {
      write: (line: string) => {
        if (output.writableLength + lines.length > MOST_WAITING) {
          leftOut += 1
          return
        }
        if (lines === '') setImmediate(handOver)
        lines += line
        if (leftOut === 0) return
        const count = leftOut
        leftOut = 0
        log.warn({ lines: count }, 'log lines were left out, because nobody read them')
      },
    },
  )
  return {
    log,
    handOver,
    flush: () =>
      new Promise((resolve) => {
        handOver()
        const late = setTimeout(resolve, FLUSH_MS)
        output.write('', () => {
          clearTimeout(late)
          resolve()
        })
      }),
  }
}

/** The time of a line as pino wants it. Lines of the same millisecond share it. */
function createTimestamp(): () => string {
  let writtenAt = 0
  let text = ''
  return () => {
    const at = Date.now()
    if (at !== writtenAt) {
      writtenAt = at
      text = `,"time":"${new Date(at).toISOString()}"`
    }
    return text
  }
}
