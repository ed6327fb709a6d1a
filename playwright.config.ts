import { defineConfig } from '@playwright/test'
import type { SystemOptions } from './apps/web/e2e/_system.js'
import { findFreePort } from './scripts/process/port.js'
import { findChromium } from './scripts/test/chromium.js'

// Playwright reads this file again in each of its workers, which are to find the same addresses.
process.env.E2E_WEB_URL ??= `http://localhost:${await findFreePort()}`
process.env.E2E_API_URL ??= `http://localhost:${await findFreePort()}`
const { E2E_WEB_URL: webUrl, E2E_API_URL: apiUrl } = process.env
const { executablePath, env } = await findChromium()
/** Tests that take databases away, or have addresses confirmed: what nobody who tries it out meets. */
const deployed = ['confirmed-address', 'deployment', 'outage'].map((name) => `**/${name}.spec.ts`)

export default defineConfig<SystemOptions>({
  testDir: 'apps/web/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results/artifacts',
  fullyParallel: true,
  // Beside the tests of vitest, which keep the cores busy.
  workers: 3,
  projects: [
    // One worker starts one deployed system for all of them, where three would start three.
    { name: 'deployed', testMatch: deployed, workers: 1 },
    { name: 'trial', testIgnore: deployed },
  ],
  forbidOnly: true,
  // Where nobody watches, a test gets a second try, and `npm test` names each that needed it.
  retries: process.env.CI ? 1 : 0,
  // Generous, because a test must not fail for the other things a machine is busy with.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['line'], ['json', { outputFile: 'test-results/playwright.json' }]],
  use: {
    baseURL: webUrl,
    apiURL: apiUrl,
    launchOptions: { executablePath, env: { ...readEnv(), ...env } },
    // Traces of every test would cost a fifth of the browser tests' time; `--trace on` makes them when wanted.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: 'node --import tsx scripts/test/system.ts',
    env: { ...readEnv(), BETTER_AUTH_URL: webUrl, API_URL: apiUrl },
    wait: { stdout: /Claimcheck is ready/ },
    timeout: 180_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
  },
})

function readEnv(): { [name: string]: string } {
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])))
}
