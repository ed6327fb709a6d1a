/** The folder where `npm start` keeps what must survive: data, passwords, the secret, logs. */

import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** DATA_DIR, or .data at the root of the repository. */
export function readDataDir(env: NodeJS.ProcessEnv): string {
  return env.DATA_DIR ? resolve(env.DATA_DIR) : join(root, '.data')
}
