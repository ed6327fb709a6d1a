/** Files that take what a child prints. */

import { openSync, renameSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Opens a log for writing; the one of the start before is kept beside it as `*.previous`. */
export function openLog(path: string): number {
  try {
    renameSync(path, `${path}.previous`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return openSync(path, 'w', 0o600)
}

/** The last lines of a log; nothing when there is no such file. */
export async function readTail(path: string, lines: number): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-lines).join('\n')
}
