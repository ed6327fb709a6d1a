/** A completed task ticks, then leaves; with less motion it just leaves. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, openDashboard, row } from './_tasks.js'

/** Notes, from now on, whether a row was seen ticked on its way out. */
async function watchLeaving(page: Page): Promise<() => Promise<string[]>> {
  const seen = await page.evaluateHandle(() => {
    const titles = new Set<string>()
    new MutationObserver(() => {
      for (const row of document.querySelectorAll('[data-leaving]')) {
        const isTicked = row.querySelector('input')?.checked === true
        const isMoving = getComputedStyle(row).animationName === 'leave'
        if (isTicked && isMoving) titles.add(row.textContent ?? '')
      }
    }).observe(document.body, { childList: true, subtree: true, attributes: true })
    return titles
  })
  return () => seen.evaluate((titles) => [...titles])
}

test('a completed task ticks, then leaves', async ({ page, signUp }) => {
  await signUp(page)
  await openDashboard(page)
  await addTask(page, 'Buy stamps')
  await addTask(page, 'Return the books')
  const left = await watchLeaving(page)
  await page.getByRole('checkbox', { name: 'Complete Buy stamps' }).click()
  await expect(row(page, 'Buy stamps')).toHaveCount(0)
  expect(await left()).toEqual(['Buy stamps'])
  await expect(row(page, 'Return the books')).toBeVisible()
})

test('with less motion it just leaves', async ({ page, signUp }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await signUp(page)
  await openDashboard(page)
  await addTask(page, 'Buy stamps')
  const left = await watchLeaving(page)
  await page.getByRole('checkbox', { name: 'Complete Buy stamps' }).click()
  await expect(row(page, 'Buy stamps')).toHaveCount(0)
  expect(await left()).toEqual([])
})

test('the keyboard completes one task after the other, whatever is on its way out', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  for (const title of ['Third', 'Second', 'First']) {
    await callApi(page, apiURL, 'POST', '/api/me/tasks', { title })
  }
  await openDashboard(page)
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  await page.keyboard.press('j')
  for (const next of ['Edit Second', 'Edit Third']) {
    await page.keyboard.press('x')
    await expect.poll(focused).toBe(next)
  }
  await page.keyboard.press('x')
  await expect(page.getByText('Nothing open. Write down the next thing.')).toBeVisible()
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks?status=done')
  expect(tasks).toHaveLength(3)
})
