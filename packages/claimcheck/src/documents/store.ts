/** Keeps the last good document of an issuer outside the process, so that one can start while the issuer is away. */

/** Where a document is kept: two functions over one text. `get` answers null where nothing was set yet. */
export interface DocumentStore {
  get(): Promise<string | null> | string | null
  set(text: string): Promise<void> | void
}

/** How long a store may take, in milliseconds. */
const TIMEOUT = 2_000

/** The same store, which answers in time or fails. */
export function withTimeLimit(store: DocumentStore): DocumentStore {
  return {
    get: () => limit(async () => store.get()),
    set: (text) => limit(async () => store.set(text)),
  }
}

async function limit<T>(work: () => Promise<T>): Promise<T> {
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
