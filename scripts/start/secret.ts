/** The secret Better Auth encrypts with: made once, kept in DATA_DIR. */

import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Changing it signs everybody out, so it stays with the data it belongs to. */
export async function readSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'better-auth-secret')
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const secret = randomBytes(32).toString('base64url')
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600, flush: true })
  await rename(`${path}.new`, path)
  return secret
}
