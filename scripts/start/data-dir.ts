/** Where `npm start` finds what it is told and keeps what must survive. */

import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What .env says counts where the environment says nothing. */
export function readEnvFile(): void {
  const path = join(root, '.env')
  if (existsSync(path)) process.loadEnvFile(path)
}

/** Data, passwords, the secret and logs: DATA_DIR, or .data at the root of the repository. */
export function readDataDir(env: NodeJS.ProcessEnv): string {
  return env.DATA_DIR ? resolve(env.DATA_DIR) : join(root, '.data')
}
