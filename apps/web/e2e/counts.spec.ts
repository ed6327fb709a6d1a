/** The navigation counts what is open and due: at once, through changes that wait, and in every tab. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, goToView, openDashboard, row, untilSaved } from './_tasks.js'

async function expectCounts(page: Page, open: string, today: string): Promise<void> {
  const links = page.getByRole('navigation', { name: 'Views' })
  for (const [name, count] of [
    ['Open', open],
    ['Today', today],
  ] as const) {
    const link = links.getByRole('link', { name, exact: true })
    await expect(link).toHaveAccessibleDescription(
      count && `${count} task${count === '1' ? '' : 's'}`,
    )
    await expect(link).toHaveText(`${name}${count}`)
  }
}

test('open and due tasks are counted, as is what was done a moment ago', async ({
  page,
  signUp,
  expectAccessible,
}) => {
  await signUp(page)
  await openDashboard(page)
  await expectCounts(page, '', '')
  await addTask(page, 'Buy stamps')
  await expectCounts(page, '1', '')
  await goToView(page, 'Today')
  await addTask(page, 'Return the books')
  await expectCounts(page, '2', '1')
  await expectAccessible(page)
  await untilSaved(page, 'PATCH', () =>
    page.getByRole('checkbox', { name: 'Complete Return the books' }).click(),
  )
  await expectCounts(page, '1', '')
  await page.keyboard.press('u')
  await expectCounts(page, '2', '1')
  await page.reload()
  await expectCounts(page, '2', '1')
})

test('the counts are in what the server sends, and are asked for once more by the page', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Buy stamps' })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/tasks/counts')) asked.push(request.method())
  })
  const html = await (await page.request.get('/dashboard')).text()
  expect(html).toContain('>1 task<')
  await openDashboard(page)
  await expectCounts(page, '1', '')
  await expect.poll(() => asked.filter((method) => method === 'GET')).toEqual(['GET'])
})

test('changes that wait count here, and in the other tabs as soon as they are saved', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  watch.allow(/503 \(Service Unavailable\)/)
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const second = await page.context().newPage()
  await openDashboard(second)
  await expectCounts(second, '1', '')

  let isAway = true
  await page.route(/\/api\/me\/tasks/, (route) =>
    isAway
      ? route.fulfill({
          status: 503,
          headers: {
            'access-control-allow-origin': baseURL ?? '',
            'access-control-expose-headers': 'Retry-After',
            // Longer than the test takes: before that, the page asks again for nobody but who presses the button.
            'retry-after': '600',
          },
          json: { status: 503, code: 'database_unavailable' },
        })
      : route.fallback(),
  )
  await addTask(page, 'Return the books')
  await addTask(page, 'Call the plumber')
  await page.getByRole('checkbox', { name: 'Complete Buy stamps' }).click()
  await expectCounts(page, '2', '')
  await expectCounts(second, '1', '')

  isAway = false
  await page.getByRole('button', { name: 'Try now' }).click()
  await expect(row(second, 'Call the plumber')).toBeVisible()
  await expectCounts(page, '2', '')
  await expectCounts(second, '2', '')
  expect(await callApi(page, apiURL, 'GET', '/api/me/tasks/counts')).toMatchObject({ open: 2 })
})

test('a session that has ended leaves no counts behind', async ({ page, signUp, watch }) => {
  watch.allow(/401 \(UNAUTHORIZED\)/i)
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await expectCounts(page, '1', '')
  await page.context().clearCookies()
  await expect(page.getByText('Your tasks are put away')).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Not now' }).click()
  await expectCounts(page, '', '')
})
