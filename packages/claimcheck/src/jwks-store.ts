/** Keeps the last good key set outside the process, so that one can start while its issuer is away. */

/** A key set as it was last fetched. Public material only. */
export interface StoredJwks {
  readonly url: string
  /** When the issuer last confirmed it, in milliseconds since 1970. */
  readonly fetchedAt: number
  readonly keys: readonly unknown[]
}

/** Where a key set is kept: two functions over one text. `get` answers null where nothing was set yet. */
export interface JwksStore {
  get(): Promise<string | null> | string | null
  set(text: string): Promise<void> | void
}

/** A store in a file, replaced as a whole, so that a crash leaves the old text or the new one. */
export function createFileStore(path: string): JwksStore {
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

/** How long a store may take, in milliseconds. */
const TIMEOUT = 2_000

/** Reads what a store holds for this address; null where it holds nothing that can be used. */
export async function loadJwks(store: JwksStore, url: string): Promise<StoredJwks | null> {
  const text = await withTimeout(store.get())
  if (text === null) return null
  const stored = parseStored(text)
  const isUsable =
    stored?.url === url && Number.isFinite(stored.fetchedAt) && Array.isArray(stored.keys)
  // The three fields were just checked.
  return isUsable ? (stored as StoredJwks) : null
}

/** Keeps a key set for the next start. */
export async function saveJwks(store: JwksStore, stored: StoredJwks): Promise<void> {
  await withTimeout(store.set(JSON.stringify(stored)))
}

function parseStored(text: string): Partial<StoredJwks> | null {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message would quote the text.
    throw new Error('The stored key set is not JSON')
  }
}

async function withTimeout<T>(work: Promise<T> | T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The store took longer than ${TIMEOUT} ms`)), TIMEOUT)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
