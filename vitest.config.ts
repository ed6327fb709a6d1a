import { defineConfig } from 'vitest/config'

const databases = './scripts/test-databases.ts'

export default defineConfig({
  test: {
    // A test that hangs must not outlast the patience of whoever waits for the run.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      project('claimcheck', 'packages/claimcheck', { globalSetup: databases }),
      project('api', 'apps/api', { globalSetup: databases }),
      project('web', 'apps/web', { globalSetup: databases }),
      { extends: true as const, test: { name: 'scripts', include: ['scripts/**/*.test.ts'] } },
    ],
  },
})

function project(name: string, folder: string, options: { globalSetup?: string } = {}) {
  return {
    extends: true as const,
    test: { name, include: [`${folder}/{src,test}/**/*.test.{ts,tsx}`], ...options },
  }
}
