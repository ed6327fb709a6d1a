/** One thread that hashes passwords, behind everything else that wants a processor. */
import { scryptSync } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'

export interface HashTask {
  readonly id: number
  readonly password: string
  readonly salt: string
}

export interface HashResult {
  readonly id: number
  readonly key: Uint8Array
}

/** Better Auth's numbers: what it stored has to be read, and the other way around. */
const COST = { N: 16_384, r: 16, p: 1, maxmem: 2 * 128 * 16_384 * 16 }
const KEY_BYTES = 64

/** Added to the priority of the process, where 19 is the last in line. */
const BEHIND = 10

stepBack()
parentPort?.on('message', ({ id, password, salt }: HashTask) => {
  const key = scryptSync(password.normalize('NFKC'), salt, KEY_BYTES, COST)
  parentPort?.postMessage({ id, key } satisfies HashResult)
})

/** Linux lets each thread have a priority of its own; elsewhere it is that of the process. */
function stepBack(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').pop())
    setPriority(thread, Math.min(19, getPriority(thread) + BEHIND))
  } catch {
    // Where /proc is not shown, hashing is as slow for others as it was.
  }
}
