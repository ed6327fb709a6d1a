import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const databases = './scripts/test/databases.ts'
const builtApi = './scripts/test/built-api.ts'
const installed = '**/node_modules/**'

/** Tests of the web app's sources that run its server. */
const served = [
  'apps/web/src/{auth,http}/**/*.test.ts',
  'apps/web/src/account/devices.test.ts',
  'apps/web/src/inspector/inspector.test.ts',
  'apps/web/src/migrate.test.ts',
]

/** Tests that run servers or databases. */
const serving = [
  'packages/claimcheck/{src,test}/**/*.test.ts',
  'apps/api/test/**/*.test.ts',
  ...served,
  'test/**/*.test.ts',
]

/** Tests of the library that drive timers by hand, and not only the date. */
const timeDriven = findTests(
  'packages/claimcheck',
  /\bdriveTime\b|useFakeTimers\((\)|.*setTimeout)/,
)

export default defineConfig({
  test: {
    // Generous, because a test must not fail for the other things a machine is busy with.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Where nobody watches, a test gets a second try, and `npm test` names each that needed it.
    retry: process.env.CI ? 1 : 0,
    // Many tests wait for a database or a process, so two cores run three files at once. More cores run one each: the
    // databases take only so many connections.
    maxWorkers: Math.max(3, availableParallelism()),
    // A short round of what is repeated thousands of times, unless the long one is asked for.
    provide: { isLong: process.env.TEST_LONG === '1' },
    // Files share a process for each worker, and what they import: to load Better Auth anew for each takes longer than
    // most of their tests. So each leaves behind nothing that it put in place of something else.
    isolate: false,
    setupFiles: join(import.meta.dirname, 'scripts/test/leave-nothing.ts'),
    projects: [
      // What needs neither server nor database.
      project('units', ['apps/*/src/**/*.test.{ts,tsx}'], { exclude: [installed, ...served] }),
      // In one project, so that its files share their processes, whichever workspace they are of.
      project('services', serving, {
        exclude: [installed, ...timeDriven],
        globalSetup: [builtApi, databases],
      }),
      // What another file left running would be driven along with them.
      project('time', timeDriven, { globalSetup: databases, isolate: true }),
      project('scripts', ['{bench,scripts}/**/*.test.ts']),
      project('examples', ['examples/**/*.test.ts']),
    ],
  },
})

interface Options {
  exclude?: string[]
  isolate?: boolean
  globalSetup?: string | string[]
}

/** Those of a workspace in which it is written. */
function findTests(workspace: string, pattern: RegExp): string[] {
  return ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(import.meta.dirname, workspace, folder), { recursive: true }).map((name) =>
        join(workspace, folder, String(name)),
      ),
    )
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => pattern.test(readFileSync(join(import.meta.dirname, name), 'utf8')))
}

function project(name: string, include: string[], options: Options = {}) {
  return { extends: true as const, test: { name, include, ...options } }
}
