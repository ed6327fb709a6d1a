/** What one run has for itself: its DATA_DIR and its ports. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Lock, waitForLock } from '../process/lock.js'
import { isPortTaken } from '../process/port.js'
import { StartError } from '../process/start-error.js'
import type { Address, Settings } from './settings.js'

/** How long a run that is ending may still hold the lock. */
const ENDING_MS = 5_000
/** How long the servers of a run that was killed may still hold their ports: as long as they are given to end. */
const ABANDONED_MS = 10_000

/** Refuses, in a sentence, to start beside another run on the same data or on a port that is taken. */
export async function reserve({ dataDir, web, api }: Settings): Promise<Lock> {
  // Root lends Postgres a user who has to pass through this folder.
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  const lock = await waitForLock(join(dataDir, 'start.lock'), ENDING_MS)
  if ('pid' in lock) {
    throw new StartError(
      `Claimcheck already runs on ${dataDir} (process ${lock.pid}). Stop it first, or set DATA_DIR to another folder.`,
    )
  }
  try {
    const patienceMs = lock.wasAbandoned ? ABANDONED_MS : 0
    await refuseTakenPort(web, patienceMs)
    await refuseTakenPort(api, patienceMs)
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function refuseTakenPort(address: Address, patienceMs: number): Promise<void> {
  const { variable, url, port, host } = address
  const deadline = Date.now() + patienceMs
  const hosts = [host]
  // Browsers try both addresses of localhost, and would find the other program.
  if (host === '127.0.0.1' && new URL(url).hostname === 'localhost') hosts.push('::1')
  for (const name of hosts) {
    let isTaken = await isPortTaken(port, name)
    while (isTaken && Date.now() < deadline) {
      await sleep(100)
      isTaken = await isPortTaken(port, name)
    }
    if (!isTaken) continue
    const example = new URL(url)
    example.port = String(port + 1)
    throw new StartError(
      `Port ${port} is taken by another program. Stop that one, or choose another port with ${variable}, for example ${variable}=${example.origin}.`,
    )
  }
}
