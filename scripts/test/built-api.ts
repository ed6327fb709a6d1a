/** The API built from the sources that are there now, for tests that start it as an operator does. */

import { createProgress } from '../process/progress.js'
import { api, buildStale } from '../start/builds.js'
import { root } from '../start/data-dir.js'

/** vitest calls this once per project whose tests start it. */
export async function setup(): Promise<void> {
  await buildStale([api], { root, progress: createProgress() })
}
