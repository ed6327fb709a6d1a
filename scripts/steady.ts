/**
 * `npm run test:steady -- session.spec.ts`: each of these browser tests ten times in a row, none of them tried again,
 * beside four processes that compute without end. What it is given goes to Playwright.
 */

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Child, startChild } from './process/child.js'
import { untilAsked } from './process/end-request.js'
import { createProgress } from './process/progress.js'
import { printFailure } from './process/start-error.js'
import { createStops } from './process/stops.js'
import { api, buildStale, library, web } from './start/builds.js'
import { root } from './start/data-dir.js'

const LOAD = 4
const TIMES = 10
const GRACE_MS = 20_000
const playwright = dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json'))
const stops = createStops()

const code = await Promise.race([run().catch(fail), untilAsked().then(() => 1)])
await stops.run()
process.exit(code)

async function run(): Promise<number> {
  const progress = createProgress()
  const onChild = stopLater
  // The later ones compile against the first.
  await buildStale([library], { root, progress, onChild })
  await buildStale([api, web], { root, progress, onChild })
  for (let count = 0; count < LOAD; count += 1) {
    stopLater(await start(['--eval', 'for (;;) {}']))
  }
  const args = ['test', `--repeat-each=${TIMES}`, '--retries=0', ...process.argv.slice(2)]
  const tests = await start([join(playwright, 'cli.js'), ...args])
  stopLater(tests)
  return (await tests.exited).code ?? 1
}

function start(args: readonly string[]): Promise<Child> {
  const output = (chunk: string) => void process.stdout.write(chunk)
  return startChild(process.execPath, args, { cwd: root, env: process.env, output })
}

function stopLater(child: Child): void {
  stops.add(() => child.stop(GRACE_MS))
}

function fail(error: unknown): number {
  printFailure(error)
  return 1
}
