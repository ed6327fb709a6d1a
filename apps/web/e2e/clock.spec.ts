/** The laptop's clock: wrong by an hour, or asleep. */
import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { addTask, openDashboard, untilSaved } from './_tasks.js'

const HOUR = 3_600_000

for (const [name, offset] of [
  ['ahead', HOUR],
  ['behind', -HOUR],
] as const) {
  test(`a clock an hour ${name} changes nothing: one token, and never a 401`, async ({
    page,
    signUp,
    apiURL,
  }) => {
    await page.clock.setSystemTime(Date.now() + offset)
    const seen = watchAnswers(page, apiURL)
    await signUp(page)
    await openDashboard(page)
    for (const title of ['Buy stamps', 'Write to Margit']) {
      await untilSaved(page, 'POST', () => addTask(page, title))
    }
    expect(seen.tokens).toBe(1)
    expect(seen.refused).toBe(0)
  })
}

test('after sleep a new token is fetched, and nobody is signed out', async ({
  page,
  signUp,
  apiURL,
}) => {
  await page.clock.install()
  const seen = watchAnswers(page, apiURL)
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Before the nap'))
  const before = seen.tokens
  await page.clock.fastForward('20:00')
  await untilSaved(page, 'POST', () => addTask(page, 'After the nap'))
  expect(seen.tokens).toBeGreaterThan(before)
  expect(seen.refused).toBe(0)
  await expect(page.getByRole('dialog', { name: 'You were signed out' })).toHaveCount(0)
})

test('two tabs outlive their tokens: each fetches its own, and nobody is signed out', async ({
  page,
  signUp,
  apiURL,
}) => {
  await page.clock.install()
  await signUp(page)
  const second = await page.context().newPage()
  const tabs = [page, second]
  const seen = tabs.map((tab) => watchAnswers(tab, apiURL))
  for (const [index, tab] of tabs.entries()) {
    await openDashboard(tab)
    await untilSaved(tab, 'POST', () => addTask(tab, `Before, in tab ${index}`))
  }
  expect(seen.map(({ tokens }) => tokens)).toEqual([1, 1])
  await page.clock.fastForward('20:00')
  await Promise.all(
    tabs.map((tab, index) => untilSaved(tab, 'POST', () => addTask(tab, `After, in tab ${index}`))),
  )
  for (const [index, tab] of tabs.entries()) {
    expect(seen[index]?.tokens).toBeGreaterThan(1)
    expect(seen[index]?.refused).toBe(0)
    await expect(tab.getByRole('dialog', { name: 'You were signed out' })).toHaveCount(0)
  }
})

function watchAnswers(page: Page, apiURL: string) {
  const seen = { tokens: 0, refused: 0 }
  page.on('response', (response) => {
    if (response.url().endsWith('/api/auth/token')) seen.tokens += 1
    if (response.url().startsWith(apiURL) && response.status() === 401) seen.refused += 1
  })
  return seen
}
