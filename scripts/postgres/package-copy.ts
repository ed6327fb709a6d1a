/** A copy of the Postgres package in a place every user may enter. */

import { chmod, cp, lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../process/start-error.js'
import { completePackage } from './package-files.js'

const parent = process.platform === 'win32' ? (process.env.TEMP ?? '.') : '/var/tmp'

/**
 * Copies the package once per user and version, and answers where it is.
 *
 * Anyone may write to /var/tmp, so a folder of that name counts only if it is ours and nobody else
 * can write to it. The copy is made aside and renamed, so that two starts at once never see half of one.
 */
export async function copyPackage(native: string, name: string): Promise<string> {
  const base = join(parent, `${name}-${process.getuid?.() ?? 'user'}`)
  for (const folder of [base, `${base}-2`, `${base}-3`]) {
    if (await isForeign(folder)) continue
    const copy = join(folder, 'native')
    if (!(await isComplete(copy, native))) await makeCopy(native, folder)
    await completePackage(copy)
    return copy
  }
  throw new StartError(
    `${base} belongs to another user. Remove it, so that Postgres can run there.`,
  )
}

async function isForeign(folder: string): Promise<boolean> {
  const status = await lstat(folder).catch(() => undefined)
  if (status === undefined) return false
  const isOurs = status.isDirectory() && status.uid === process.getuid?.()
  return !isOurs || (status.mode & 0o022) !== 0
}

/** Systems clean /var/tmp file by file, so a copy that was whole may not be any more. */
async function isComplete(copy: string, native: string): Promise<boolean> {
  const wanted = await listFiles(native)
  const found = new Map(await listFiles(copy).catch(() => []))
  return wanted.every(([path, size]) => found.get(path) === size)
}

async function listFiles(folder: string): Promise<[path: string, size: number][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(
    files.map(async (entry): Promise<[string, number]> => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(folder.length), (await lstat(path)).size]
    }),
  )
}

async function makeCopy(native: string, folder: string): Promise<void> {
  const draft = await mkdtemp(`${folder}.`)
  try {
    const copy = join(draft, 'native')
    await cp(native, copy, { recursive: true, verbatimSymlinks: true })
    await openToAll(draft)
    await putInPlace(draft, folder, native)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

/** Two starts at once end up with one copy: the second finds the first one's whole, and takes that. */
async function putInPlace(draft: string, folder: string, native: string): Promise<void> {
  if (await tryRename(draft, folder)) return
  if (await isComplete(join(folder, 'native'), native)) return
  const old = `${draft}.old`
  await tryRename(folder, old)
  await tryRename(draft, folder)
  await rm(old, { recursive: true, force: true })
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return false
    throw error
  }
}
