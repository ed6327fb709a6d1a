import { defineConfig } from 'vitest/config'

const databases = './scripts/test/databases.ts'

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
      project('claimcheck', 'packages/claimcheck', { globalSetup: databases }),
      project('api', 'apps/api', { globalSetup: databases }),
      project('web', 'apps/web', { globalSetup: databases }),
      { extends: true as const, test: { name: 'scripts', include: ['scripts/**/*.test.ts'] } },
      {
        extends: true as const,
        test: { name: 'repository', include: ['test/**/*.test.ts'], globalSetup: databases },
      },
      { extends: true as const, test: { name: 'examples', include: ['examples/**/*.test.ts'] } },
    ],
  },
})

function project(name: string, folder: string, options: { globalSetup?: string } = {}) {
  return {
    extends: true as const,
    test: { name, include: [`${folder}/{src,test}/**/*.test.{ts,tsx}`], ...options },
  }
}
