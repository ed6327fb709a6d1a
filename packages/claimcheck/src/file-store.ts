/**
 * A store in a file, for platforms that have files. An entry of its own, because the core runs where there are none.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { DocumentStore } from './documents/store.js'

/**
 * Keeps a document in the file at `path`, which is replaced as a whole, so that a crash leaves the old text or the new
 * one. Only its owner may read it. The folder must exist.
 */
export function createFileStore(path: string): DocumentStore {
  return {
    async get() {
      try {
        return await readFile(path, 'utf8')
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
        throw cause
      }
    },
    async set(text) {
      const draft = `${path}.${process.pid}.tmp`
      await writeFile(draft, text, { mode: 0o600 })
      await rename(draft, path)
    },
  }
}
