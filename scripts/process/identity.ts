/** Tells one process from a later one that got the same pid. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * A name no other process has: pid, boot and start time. Undefined when no such process lives (one
 * that ended and was not yet collected by its parent does not live). Where the platform tells no
 * start time, the pid alone.
 */
export function identifyProcess(pid: number): string | undefined {
  if (!exists(pid)) return undefined
  if (process.platform === 'linux') return identifyOnLinux(pid)
  if (process.platform === 'win32') return String(pid)
  return identifyByPs(pid)
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function identifyOnLinux(pid: number): string | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the command in parentheses and may hold anything, so count from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  const startedAt = fields[19]
  if (state === 'Z' || state === 'X') return undefined
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
  return `${pid}-${boot}-${startedAt}`
}

function identifyByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    }).trim()
    const [state = '', ...startedAt] = line.split(/\s+/)
    if (line === '' || state.startsWith('Z')) return undefined
    return `${pid}-${startedAt.join('-').replaceAll(':', '')}`
  } catch {
    return undefined
  }
}
