/** Keeps the last good document of an issuer outside the process, so that one can start while the issuer is away. */

/** Where a document is kept: two functions over one text. `get` answers null where nothing was set yet. */
export interface DocumentStore {
  get(): Promise<string | null> | string | null
  set(text: string): Promise<void> | void
}

/** How long a store may take, in milliseconds. */
const TIMEOUT = 2_000

/**
 * A store that answers in time: the file at a path, replaced as a whole so that a crash leaves the old text or the
 * new one; or the caller's own functions.
 */
export function createStore(option: string | DocumentStore): DocumentStore {
  const store = typeof option === 'string' ? createFileStore(option) : option
  return {
    get: () => withTimeout(async () => store.get()),
    set: (text) => withTimeout(async () => store.set(text)),
  }
}

function createFileStore(path: string): DocumentStore {
  return {
    async get() {
      const { readFile } = await import('node:fs/promises')
      return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return null
        throw cause
      })
    },
    async set(text) {
      const { rename, writeFile } = await import('node:fs/promises')
      const draft = `${path}.${process.pid}.tmp`
      await writeFile(draft, text, { mode: 0o600 })
      await rename(draft, path)
    },
  }
}

async function withTimeout<T>(work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The store took longer than ${TIMEOUT} ms`)), TIMEOUT)
  })
  try {
    return await Promise.race([work(), timeout])
  } finally {
    clearTimeout(timer)
  }
}
