/**
 * `npm test`: every test, browser included. Its last line is `N passed, N failed`. `--long` repeats more often what is
 * repeated.
 */

import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, type Exit, startChild } from './process/child.js'
import { untilAsked } from './process/end-request.js'
import { createProgress } from './process/progress.js'
import { printFailure } from './process/start-error.js'
import { createStops } from './process/stops.js'
import { api, buildStale, library, type Workspace, web } from './start/builds.js'
import { root } from './start/data-dir.js'
import { createTurns, type Output } from './test/output-turns.js'
import { addTallies, readPlaywright, readVitest, type Tally, tallyFailure } from './test/results.js'

const results = join(root, 'test-results')
const packages = createRequire(import.meta.url)
const GRACE_MS = 20_000
const isLong = process.argv.includes('--long')
/** Far more than either runner takes, even on a busy machine: one that is still running hangs. */
const longestMs = isLong ? 3_600_000 : 2_400_000

const progress = createProgress()
const stops = createStops()

await main()

async function main(): Promise<void> {
  const asked = untilAsked().then(() => tallyFailure('The tests were interrupted.'))
  const tally = await Promise.race([run(), asked])
  await stops.run()
  for (const note of tally.notes) console.log(note)
  if (tally.skipped > 0) console.log(`${tally.skipped} skipped`)
  console.log(`${tally.passed} passed, ${tally.failed} failed`)
  process.exit(tally.failed === 0 ? 0 : 1)
}

async function run(): Promise<Tally> {
  await rm(results, { recursive: true, force: true })
  await mkdir(results, { recursive: true })
  for (const workspace of [library, api]) {
    const start = await orFailure(build([workspace]))
    if (start.failed > 0) return start
  }
  // Browsers wait much and vitest computes much, so both at once take less time than one after the other.
  const turns = createTurns(process.stdout)
  return addTallies(await Promise.all([runVitest(turns.take()), runBrowsers(turns.take())]))
}

async function runVitest(output: Output): Promise<Tally> {
  const report = join(results, 'vitest.json')
  const exit = await runCommand(output, findFile('vitest', 'vitest.mjs'), [
    'run',
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ])
  return readVitest(report, exit)
}

/** Only these need the web app built. */
async function runBrowsers(output: Output): Promise<Tally> {
  const built = await orFailure(build([web]))
  if (built.failed > 0) {
    output.end()
    return built
  }
  const exit = await runCommand(output, findFile('@playwright/test', 'cli.js'), ['test'])
  return readPlaywright(join(results, 'playwright.json'), exit)
}

/** Runs a command of a package. */
async function runCommand(output: Output, script: string, args: readonly string[]): Promise<Exit> {
  const env = {
    ...process.env,
    NEXT_TELEMETRY_DISABLED: '1',
    ...(process.stdout.isTTY && { FORCE_COLOR: '1' }),
    ...(isLong && { TEST_LONG: '1' }),
  }
  const child = await startChild(process.execPath, [script, ...args], {
    cwd: root,
    env,
    output: output.write,
  })
  stops.add(() => child.stop(GRACE_MS))
  const deadline = sleep(longestMs, undefined, { ref: false }).then(() => child.stop(GRACE_MS))
  const exit = await Promise.race([child.exited, deadline])
  output.end()
  return exit
}

function findFile(name: string, path: string): string {
  return join(dirname(packages.resolve(`${name}/package.json`)), path)
}

function build(workspaces: readonly Workspace[]): Promise<void> {
  const onChild = (child: Child) => stops.add(() => child.stop(GRACE_MS))
  return buildStale(workspaces, { root, progress, onChild })
}

/** A build that fails is one failure. */
async function orFailure(work: Promise<void>): Promise<Tally> {
  try {
    await work
    return { passed: 0, failed: 0, skipped: 0, notes: [] }
  } catch (error) {
    printFailure(error)
    return tallyFailure('A build failed.')
  }
}
