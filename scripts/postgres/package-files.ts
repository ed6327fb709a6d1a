/** The files of the Postgres package as they lie in node_modules. */

import { readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/**
 * Makes the library symlinks the server needs. npm packages cannot hold symlinks, so this one lists
 * them for its install script, which is not allowed to run. False where the folder is read-only.
 */
export async function completePackage(native: string): Promise<boolean> {
  for (const { source, target } of await readSymlinks(native)) {
    try {
      await symlink(relative(dirname(target), source), join(native, '..', target))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      if (code !== 'EEXIST') throw error
    }
  }
  return true
}

/** Paths of the symlinks start with the name of the folder they belong to, `native/`. */
async function readSymlinks(native: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
