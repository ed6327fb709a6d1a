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

export default defineConfig({
  test: {
    // Generous, because a test must not fail for the other things a machine is busy with.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Where nobody watches, a test gets a second try, and `npm test` names each that needed it.
    retry: process.env.CI ? 1 : 0,
    // Many tests wait for a database or a process, so as many files as cores run at once.
    maxWorkers: '100%',
    // A short round of what is repeated thousands of times, unless the long one is asked for.
    provide: { isLong: process.env.TEST_LONG === '1' },
    projects: [
      // What needs neither server nor database: starting a process for each file would take longer than its tests.
      // The library's have a process each, because some drive its time while it does something in the background.
      project('units', ['apps/*/src/**/*.test.{ts,tsx}'], {
        exclude: [installed, ...served],
        isolate: false,
        setupFiles: './scripts/test/leave-nothing.ts',
      }),
      project('claimcheck', ['packages/claimcheck/{src,test}/**/*.test.ts'], {
        globalSetup: databases,
      }),
      project('api', ['apps/api/test/**/*.test.ts'], { globalSetup: [builtApi, databases] }),
      project('web', served, { globalSetup: databases }),
      project('scripts', ['scripts/**/*.test.ts']),
      project('repository', ['test/**/*.test.ts'], { globalSetup: [builtApi, databases] }),
      project('examples', ['examples/**/*.test.ts']),
    ],
  },
})

interface Options {
  exclude?: string[]
  isolate?: boolean
  setupFiles?: string
  globalSetup?: string | string[]
}

function project(name: string, include: string[], options: Options = {}) {
  return { extends: true as const, test: { name, include, ...options } }
}
