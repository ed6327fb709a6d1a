/** Stops a Postgres that a killed start left behind on the data folder. */

import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identifyProcess } from '../process-identity.js'
import { StartError } from '../start-error.js'

const patienceMs = 20_000

/**
 * Ends the server that runs on the folder, if one does. Call it with the lock of the folder held:
 * then that server has nobody left who wants it. A pid file that names a process which is not
 * Postgres is removed, because Postgres would take it for a running server and refuse to start.
 */
export async function stopOrphan(data: string, log: (line: string) => void): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  const identity = Number.isInteger(pid) ? identifyProcess(pid) : undefined
  if (identity === undefined) return
  if (!isPostgresOn(pid, data)) {
    await rm(path)
    return
  }
  log('Stopping the Postgres that an earlier start left running.')
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + patienceMs
  while (identifyProcess(pid) === identity) {
    if (Date.now() > deadline) {
      throw new StartError(`A Postgres left running on ${data} does not stop. End process ${pid}.`)
    }
    await sleep(20)
  }
}

function isPostgresOn(pid: number, data: string): boolean {
  try {
    if (process.platform !== 'linux') return readCommand(pid).includes(data)
    // Postgres makes its data folder its working directory.
    return realpathSync(`/proc/${pid}/cwd`) === realpathSync(data)
  } catch {
    return readCommand(pid).includes(data)
  }
}

function readCommand(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
