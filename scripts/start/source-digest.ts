/** Digests of files, by which a build is known to be of the sources that are there now. */

import { createHash, type Hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Neither source nor result of a build. */
const ignored = new Set([
  'node_modules',
  'dist',
  '.next',
  'test-results',
  'next-env.d.ts',
  'test',
  'e2e',
])
const isIgnored = (name: string) => ignored.has(name) || /\.(tsbuildinfo|test\.tsx?)$/.test(name)

/** Names and contents of files, and of all files in folders, below the root. What is missing counts as such. */
export async function digestFiles(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) await addPath(hash, root, join(root, path))
  return hash.digest('hex')
}

async function addPath(hash: Hash, root: string, path: string): Promise<void> {
  const name = relative(root, path).split(sep).join('/')
  try {
    const content = await readFile(path)
    hash.update(`file ${name} ${content.length}\n`).update(content)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') hash.update(`missing ${name}\n`)
    else if (code === 'EISDIR') await addFolder(hash, root, path)
    else throw error
  }
}

async function addFolder(hash: Hash, root: string, folder: string): Promise<void> {
  for (const name of (await readdir(folder)).sort()) {
    if (isIgnored(name)) continue
    await addPath(hash, root, join(folder, name))
  }
}
