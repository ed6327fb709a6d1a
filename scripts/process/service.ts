/** A server of the system: started, awaited, and quoted when it ends. */

import { closeSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from './child.js'
import { openLog, readTail } from './log-file.js'
import { StartError } from './start-error.js'

export interface ServiceOptions {
  /** For people, at the start of a sentence: "The API". */
  title: string
  command: string
  args: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** Answers with success when the service is ready. Default: it is ready once it runs. */
  readyUrl?: string
  logFile: string
  /** Shows what it prints as well. Default: only the log gets it. */
  isShown?: boolean
  /** How long it may take until it is ready. Default: 60 000. */
  patienceMs?: number
}

export interface Service {
  child: Child
  /** Settles when the service answers. Throws StartError if it ends or takes too long. */
  ready(): Promise<void>
  /** Throws StartError when the service ends. */
  ended(): Promise<never>
}

export async function startService(options: ServiceOptions): Promise<Service> {
  const { title, command, args, cwd, env, readyUrl, logFile, patienceMs = 60_000 } = options
  const log = openLog(logFile)
  const show = (chunk: string) => {
    writeSync(log, chunk)
    process.stdout.write(chunk)
  }
  const output = options.isShown ? show : log
  const child = await startChild(command, args, { cwd, env, output })
  // A child that writes to the file itself has its own copy of the descriptor.
  if (!options.isShown) closeSync(log)
  let hasEnded = false
  child.exited.then(() => {
    hasEnded = true
  })
  return { child, ready, ended }

  async function ready(): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (readyUrl !== undefined && !(await answers(readyUrl))) {
      if (hasEnded) await ended()
      if (Date.now() > deadline)
        throw await quote(`is not ready after ${patienceMs / 1000} seconds`)
      await sleep(100)
    }
  }

  async function ended(): Promise<never> {
    const { code, signal } = await child.exited
    throw await quote(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`)
  }

  async function quote(what: string): Promise<StartError> {
    const tail = await readTail(logFile, 20)
    const words = tail === '' ? 'It printed nothing.' : `Its last lines:\n\n${tail}\n`
    return new StartError(`${title} ${what}. ${words}\nAll of its log: ${logFile}`)
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000), redirect: 'manual' })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
