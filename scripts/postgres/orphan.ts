/** Ends what a killed start left running on the data folder. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identifyProcess } from '../process/identity.js'
import { StartError } from '../process/start-error.js'

const PATIENCE_MS = 20_000

/**
 * Stops the server that runs on the folder, if one does, and waits for the processes of one that was
 * killed. Call it with the lock of the folder held: then nobody is left who wants them.
 *
 * A pid file that names no living Postgres is removed after that. Postgres would do so itself, unless
 * the pid is by now another program's, or that of a process nobody has collected: then it would refuse
 * to start.
 */
export async function stopOrphan(data: string, log: (line: string) => void): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10)
  if (!Number.isInteger(pid)) return
  if (identifyProcess(pid) !== undefined && isPostgresOn(pid, data)) {
    log('Stopping the Postgres that an earlier start left running.')
    process.kill(pid, 'SIGINT')
  }
  const deadline = Date.now() + PATIENCE_MS
  while (isUsed(data, pid)) {
    if (Date.now() > deadline) {
      throw new StartError(`A Postgres left running on ${data} does not stop. End process ${pid}.`)
    }
    await sleep(20)
  }
  await rm(path, { force: true })
}

/** Whether the server or, where the system tells, any of its processes lives. */
function isUsed(data: string, pid: number): boolean {
  if (process.platform === 'linux') return listProcesses().some((other) => worksIn(other, data))
  return identifyProcess(pid) !== undefined && isPostgresOn(pid, data)
}

function isPostgresOn(pid: number, data: string): boolean {
  if (process.platform === 'linux') return worksIn(pid, data)
  try {
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return command.includes(data)
  } catch {
    return false
  }
}

function listProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** Postgres and all its processes have their data folder as working directory. */
function worksIn(pid: number, data: string): boolean {
  try {
    const isPostgres = readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres')
    return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
  } catch {
    return false
  }
}
