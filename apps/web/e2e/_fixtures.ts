/** What every browser test starts from: the running system, fresh people, and a watch that fails a test. */

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test as base, expect, type Page } from '@playwright/test'
import type axe from 'axe-core'
import type { SystemOptions } from './_system.js'
import { createWatch, type Watch } from './_watch.js'

export { expect } from '@playwright/test'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Someone with an account. */
export interface Person {
  id: string
  name: string
  email: string
  password: string
}

export interface Fixtures {
  /** Makes an account that nobody had before and signs the page's browser context in. The page stays where it is. */
  signUp(page: Page, name?: string): Promise<Person>
  /** A page in a browser context of its own, as on another device. */
  newPage(): Promise<Page>
  /** Fails where axe finds a barrier on the page as it is now. */
  expectAccessible(page: Page): Promise<void>
  /**
   * Console errors, uncaught errors, violations of the content policy, requests to other hosts; what is left of them
   * fails the test.
   */
  watch: Watch
}

export const test = base.extend<SystemOptions & Fixtures>({
  apiURL: ['', { option: true }],

  watch: async ({ baseURL, apiURL }, use) => {
    const watch = createWatch([baseURL ?? '', apiURL])
    await use(watch)
    expect(watch.list(), 'problems reported by the browser').toEqual([])
  },

  context: async ({ context, watch }, use) => {
    await watch.attach(context)
    await use(context)
  },

  newPage: async ({ browser, watch }, use) => {
    await use(async () => {
      const context = await browser.newContext()
      await watch.attach(context)
      return context.newPage()
    })
  },

  signUp: async ({ baseURL }, use) => {
    await use((page, name = 'Test Person') => signUp(page, name, baseURL ?? ''))
  },

  expectAccessible: async ({ browserName: _ }, use) => {
    await use(expectAccessible)
  },
})

async function signUp(page: Page, name: string, origin: string): Promise<Person> {
  const email = `${randomUUID()}@example.com`
  const password = randomUUID()
  // The page's own client, so that the cookie lands in its browser context.
  const answer = await page.request.post('/api/auth/sign-up/email', {
    data: { name, email, password },
    headers: { origin },
  })
  expect(answer.status(), await answer.text()).toBe(200)
  const { user } = await answer.json()
  return { id: user.id, name, email, password }
}

async function expectAccessible(page: Page): Promise<void> {
  // Colours on their way from one theme to the other, and rows on their way out, are nobody's to read.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect, playState }) => {
          const end = Number(effect?.getComputedTiming().endTime)
          return playState === 'running' && end <= 2_000
        })
        .map(({ finished }) => finished),
    ),
  )
  // Evaluated by the debugger, which the content policy of the page does not apply to; once for each page.
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(readFileSync(axePath, 'utf8'))
  }
  const { violations } = await page.evaluate(() =>
    (window as Window & typeof globalThis & { axe: typeof axe }).axe.run({
      // Of what is in order, nothing need be told.
      resultTypes: ['violations'],
    }),
  )
  const barriers = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
  }))
  expect(barriers).toEqual([])
}
