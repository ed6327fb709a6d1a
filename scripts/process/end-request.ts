/** Who may ask a run to end. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { identifyProcess } from './identity.js'

/** Settles when someone asks this process to end: Ctrl-C, SIGTERM, or that the npm that runs it is gone. */
export function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve())
    }
    // A killed npm passes nothing on, and one that gets SIGTERM only tells the shell in between.
    const npm = findNpm()
    const parent = process.ppid
    if (npm === undefined) return
    const watch = () => (process.ppid !== parent || identifyProcess(npm) === undefined) && resolve()
    setInterval(watch, 200).unref()
  })
}

/** The npm that runs this process, usually with a shell in between. */
function findNpm(): number | undefined {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32')
    return undefined
  const [, parentOfParent = '', command = ''] =
    /^(\d+)\s+(.*)$/.exec(readParent(process.ppid)) ?? []
  return /npm|node/.test(command) ? process.ppid : Number(parentOfParent) || undefined
}

/** `<its parent> <its command>` of a process, from the system. */
function readParent(pid: number): string {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]
  return `${read('PPid')} ${read('Name')}`
}
