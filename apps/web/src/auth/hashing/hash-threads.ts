/**
 * Passwords hashed in threads of their own. libuv's are for the checks of cookies and the signatures of tokens and of
 * the feed, and a hash must not take the processor from those who answer.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { hashLimits } from '../limits/limits.js'
import type { HashResult, HashTask } from './hash-thread.js'
import type { PasswordHashing } from './password-hashing.js'

export interface HashThreads extends PasswordHashing {
  close(): Promise<void>
}

export interface HashThreadsOptions {
  /** How many there are. Default: as many as hash at the same time. */
  readonly count?: number
  /** What a thread runs. Default: `hash-thread.js`, which stands beside this file once both are compiled. */
  readonly file?: URL
}

const SALT_BYTES = 16
const ownFile = new URL('./hash-thread.js', import.meta.url)

/** Hashes are written as Better Auth writes them: salt and key in hexadecimal digits. */
export function createHashThreads(options: HashThreadsOptions = {}): HashThreads {
  const { count = hashLimits.running, file = ownFile } = options
  const threads = Array.from({ length: count }, () => createThread(file))

  function derive(password: string, salt: string): Promise<Buffer> {
    const [idlest] = threads.toSorted((a, b) => a.tasks() - b.tasks())
    if (!idlest) throw new TypeError('Expected at least one thread that hashes.')
    return idlest.derive(password, salt)
  }

  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES).toString('hex')
      return `${salt}:${(await derive(password, salt)).toString('hex')}`
    },
    async verify({ hash, password }) {
      const [salt, hex] = hash.split(':')
      if (!salt || !hex) throw new Error('Expected a stored hash to be a salt and a key.')
      const key = await derive(password, salt)
      const stored = Buffer.from(hex, 'hex')
      return stored.length === key.length && timingSafeEqual(stored, key)
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

interface Waiting {
  resolve(key: Buffer): void
  reject(error: unknown): void
}

/** A thread that ends is started again when there is something to do. */
function createThread(file: URL) {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let worker: Worker | undefined = start()

  function start(): Worker {
    const started = new Worker(file, { name: 'passwords', env: {} })
    let reason: unknown = new Error('The thread that hashes passwords ended.')
    started.on('message', ({ id, key }: HashResult) => {
      waiting.get(id)?.resolve(Buffer.from(key))
      waiting.delete(id)
      if (waiting.size === 0) started.unref()
    })
    started.on('error', (error) => {
      reason = error
    })
    started.on('exit', () => {
      worker = undefined
      for (const { reject } of waiting.values()) reject(reason)
      waiting.clear()
    })
    // A process that has nothing else to do may end.
    started.unref()
    return started
  }

  return {
    tasks: () => waiting.size,
    derive(password: string, salt: string): Promise<Buffer> {
      last += 1
      const task: HashTask = { id: last, password, salt }
      worker ??= start()
      worker.ref()
      worker.postMessage(task)
      return new Promise((resolve, reject) => waiting.set(task.id, { resolve, reject }))
    },
    async close() {
      await worker?.terminate()
    },
  }
}
