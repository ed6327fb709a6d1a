/** A lock on a folder: one living process at a time, also after its holder was killed with -9. */

import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identifyProcess } from './identity.js'

export interface Lock {
  /** Whether its last holder ended without releasing it, so that something of it may still run. */
  wasAbandoned: boolean
  release(): Promise<void>
}

/** The process that has the lock. */
export interface Holder {
  pid: number
}

const ROUNDS = 4

/**
 * Takes the lock that the folder stands for, or says who has it.
 *
 * Each contender writes a claim named after its process and then looks at the others: claims of
 * dead processes are removed, and next to a living one it withdraws. Two that start together see
 * each other, so at worst both withdraw and try again; never do both hold it.
 */
export async function takeLock(folder: string): Promise<Lock | Holder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const own = `${identifyProcess(process.pid)}.${randomBytes(4).toString('hex')}`
  const claim = join(folder, own)
  let wasAbandoned = false
  for (let round = 1; ; round++) {
    await writeFile(claim, '')
    const { holder, dead } = await readClaims(folder, own)
    wasAbandoned ||= dead > 0
    if (holder === undefined) return { wasAbandoned, release: () => rm(claim, { force: true }) }
    await rm(claim, { force: true })
    if (round === ROUNDS) return holder
    await sleep(randomInt(20, 120))
  }
}

/** Takes the lock as soon as it is free, or says who still has it when the time is up. */
export async function waitForLock(folder: string, timeoutMs: number): Promise<Lock | Holder> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const lock = await takeLock(folder)
    if ('release' in lock || Date.now() > deadline) return lock
    await sleep(250)
  }
}

/** The living holder, if there is one, and how many claims of dead ones were removed. */
async function readClaims(
  folder: string,
  own: string,
): Promise<{ holder: Holder | undefined; dead: number }> {
  let dead = 0
  for (const claim of await readdir(folder)) {
    if (claim === own) continue
    const [identity = ''] = claim.split('.')
    const pid = Number.parseInt(identity, 10)
    if (Number.isInteger(pid) && identifyProcess(pid) === identity) return { holder: { pid }, dead }
    await rm(join(folder, claim), { force: true })
    dead++
  }
  return { holder: undefined, dead }
}
