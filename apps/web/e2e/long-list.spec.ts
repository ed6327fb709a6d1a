/** A list of a thousand tasks: every one is reached, found, and kept. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { addTask, addThroughApi, callApi, openDashboard, row, untilSaved } from './_tasks.js'

// Pictures of a thousand rows after every step would take longer than the steps.
test.use({ trace: { mode: 'retain-on-failure', snapshots: false } })

test('1 000 tasks: scrolled to the last one, searched, walked by keyboard, and none is lost', async ({
  page,
  signUp,
  apiURL,
}) => {
  test.slow()
  await signUp(page)
  const titles = Array.from({ length: 1_000 }, (_, index) => `Task ${index + 1000}`)
  await addThroughApi(
    page,
    apiURL,
    titles.map((title) => ({ title })),
  )
  await openDashboard(page)
  const rows = page.locator('[data-task]')
  await expect(rows).toHaveCount(50)

  await page.mouse.move(600, 400)
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 5_000)
        return rows.count()
      },
      { intervals: [50], timeout: 60_000 },
    )
    .toBe(1_000)
  await expect(page.getByRole('button', { name: /Show more|Loading more/ })).toHaveCount(0)
  const listed = await page.locator('[data-row-focus]').allTextContents()
  expect(listed.toSorted()).toEqual(titles)
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 50_000)
      return page.getByText(listed.at(-1) ?? '', { exact: true }).isVisible()
    })
    .toBe(true)
  await expect(rows.last()).toBeInViewport()

  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  await page.keyboard.press('k')
  expect(await focused()).toBe(listed.at(-1))
  await page.keyboard.press('k')
  await page.keyboard.press('k')
  await page.keyboard.press('j')
  expect(await focused()).toBe(listed.at(-2))
  await untilSaved(page, 'PATCH', () => page.keyboard.press('x'))
  await expect(rows).toHaveCount(999)
  await expect.poll(focused).toBe(listed.at(-1))
  await untilSaved(page, 'PATCH', () => page.keyboard.press('u'))
  await expect(rows).toHaveCount(1_000)

  await page.keyboard.press('/')
  await page.keyboard.type('task 1777')
  await expect(rows).toHaveCount(1)
  await expect(row(page, 'Task 1777')).toBeVisible()
  await expect(page).toHaveURL('/dashboard?q=task+1777')
  await page.keyboard.press('Escape')
  await expect(rows).toHaveCount(1_000)

  await page.keyboard.press('Escape')
  await page.keyboard.press('n')
  await untilSaved(page, 'POST', () => addTask(page, 'One more'))
  await expect(rows).toHaveCount(1_001)
  await expect(rows.first()).toContainText('One more')
  expect(await countThroughApi(page, apiURL)).toBe(1_001)
})

test('the keyboard walks past the end of a page, and the next one comes', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  const titles = Array.from({ length: 60 }, (_, index) => `Task ${index}`)
  await addThroughApi(
    page,
    apiURL,
    titles.map((title) => ({ title })),
  )
  await openDashboard(page)
  const rows = page.locator('[data-task]')
  await expect(rows).toHaveCount(50)
  await page.keyboard.press('k')
  await expect(rows.nth(49).locator('[data-row-focus]')).toBeFocused()
  await expect(rows).toHaveCount(60)
  await page.keyboard.press('j')
  await expect(rows.nth(50).locator('[data-row-focus]')).toBeFocused()
})

test('a filter that leaves little asks for more only after the first page was asked for once more', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  const titles = Array.from({ length: 60 }, (_, index) => `Task ${index}`)
  await addThroughApi(
    page,
    apiURL,
    titles.map((title) => ({ title })),
  )
  let letGo = () => {}
  const opened = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const asked: string[] = []
  await page.route(/\/api\/me\/tasks\?/, async (route) => {
    asked.push(new URL(route.request().url()).searchParams.has('cursor') ? 'next' : 'first')
    await opened
    await route.continue()
  })
  await openDashboard(page, '?priority=high')
  await expect(page.getByRole('button', { name: 'Show more' })).toBeInViewport()
  // The page of the server cannot know of this one.
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'From elsewhere', priority: 3 })
  expect(asked).toEqual(['first'])
  letGo()
  await expect(row(page, 'From elsewhere')).toBeVisible()
  await expect(page.getByRole('button', { name: /Show more|Loading more/ })).toHaveCount(0)
  expect(asked).toEqual(['first', 'next'])
})

async function countThroughApi(page: Page, apiURL: string): Promise<number> {
  let count = 0
  let cursor = ''
  do {
    const answer = await callApi(page, apiURL, 'GET', `/api/me/tasks?limit=100${cursor}`)
    count += answer.tasks.length
    cursor = answer.nextCursor && `&cursor=${encodeURIComponent(answer.nextCursor)}`
  } while (cursor)
  return count
}
