/** The API or the network is away: nothing is lost, nobody is signed out, and the page says what is going on. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import {
  addTask,
  callApi,
  goToView,
  openDashboard,
  openEditor,
  row,
  untilNothingPends,
  untilSaved,
} from './_tasks.js'

test('the API goes down and comes back: changes wait, and nobody is signed out', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Before'))
  watch.allow(/503 \(Service Unavailable\)/)
  await answer503(page, apiURL, baseURL, '2')

  await addTask(page, 'During the outage')
  const banner = page.getByRole('status').filter({ hasText: 'can’t be reached' })
  await expect(banner).toContainText('1 change is waiting to be saved.')
  await page.getByRole('checkbox', { name: 'Complete Before' }).click()
  await expect(banner).toContainText('2 changes are waiting to be saved.')
  await expect(row(page, 'During the outage')).toBeVisible()

  await answerAgain(page, apiURL)
  await expect(banner).toHaveCount(0)
  await untilNothingPends(page)
  await page.reload()
  await expect(row(page, 'During the outage')).toBeVisible()
  await expect(row(page, 'Before')).toHaveCount(0)
  await expect(page).toHaveURL('/dashboard')
})

test('a list that cannot be reached is fetched when it can, at once if somebody asks', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  watch.allow(/503 \(Service Unavailable\)/)
  await answer503(page, apiURL, baseURL, '600')
  await goToView(page, 'Done')
  await expect(page.getByText('This list was not open here before')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  const banner = page.getByRole('status').filter({ hasText: 'can’t be reached' })
  await expect(banner).toContainText(/Trying again in \d+ seconds/)
  await answerAgain(page, apiURL)
  await banner.getByRole('button', { name: 'Try now' }).click()
  await expect(page.getByText('Nothing done yet.')).toBeVisible()
  await expect(banner).toHaveCount(0)
})

test('a list that fails says so and can be tried again', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
  expectAccessible,
}) => {
  await signUp(page)
  await openDashboard(page)
  watch.allow(/500 \(Internal Server Error\)/)
  const trash = (url: URL) =>
    url.href.startsWith(`${apiURL}/api/me/tasks?`) && url.searchParams.get('deleted') === 'true'
  await page.route(trash, (route) =>
    route.fulfill({
      status: 500,
      headers: { 'access-control-allow-origin': baseURL ?? '' },
      json: { status: 500, code: 'internal_error' },
    }),
  )
  await goToView(page, 'Trash')
  await expect(page.getByRole('main').getByRole('alert')).toContainText(
    'Your tasks could not be loaded',
  )
  await expectAccessible(page)
  await page.unroute(trash)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
})

test('offline and back: changes are counted, then saved', async ({ page, signUp, watch }) => {
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Before'))
  // An answer that is still being read when the network goes is one that did not come.
  await untilNothingPends(page)
  watch.allow(/ERR_INTERNET_DISCONNECTED/)
  await page.context().setOffline(true)
  const banner = page.getByRole('status').filter({ hasText: 'You’re offline.' })
  await expect(banner).toContainText('Nothing is lost')
  await addTask(page, 'In the tunnel')
  const editor = await openEditor(page, 'In the tunnel')
  await editor.getByLabel('Notes').fill('Written without a network')
  await editor.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('checkbox', { name: 'Complete Before' }).click()
  await expect(banner).toContainText('3 changes will be saved when you’re back.')
  await page.context().setOffline(false)
  await expect(banner).toHaveCount(0)
  await untilNothingPends(page)
  await page.reload()
  await openEditor(page, 'In the tunnel')
  await expect(page.getByLabel('Notes')).toHaveValue('Written without a network')
  await expect(row(page, 'Before')).toHaveCount(0)
})

test('412: a task that was changed elsewhere asks which version to keep', async ({
  page,
  signUp,
  apiURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  watch.allow(/412 \(Precondition Failed\)/)

  async function provoke(from: string, mine: string, theirs: string): Promise<void> {
    const editor = await openEditor(page, from)
    const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')
    await callApi(page, apiURL, 'PATCH', `/api/me/tasks/${tasks[0].id}`, { title: theirs })
    await editor.getByLabel('Title').fill(mine)
    await editor.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Choose' }).click()
    const question = page
      .getByRole('main')
      .getByRole('alert')
      .filter({ hasText: 'Keep which one?' })
    await expect(question.getByRole('row', { name: 'Title' })).toContainText(`${mine}${theirs}`)
  }

  await provoke('Buy stamps', 'Buy ten stamps', 'Buy twenty stamps')
  await page.getByRole('button', { name: 'Keep the newer one' }).click()
  await expect(row(page, 'Buy twenty stamps')).toBeVisible()

  await provoke('Buy twenty stamps', 'Buy no stamps', 'Buy fifty stamps')
  await page.getByRole('button', { name: 'Keep yours' }).click()
  await expect(row(page, 'Buy no stamps')).toBeVisible()
  await page.reload()
  await expect(row(page, 'Buy no stamps')).toBeVisible()
})

test('a change that is refused is taken back, said, and its text kept', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  watch.allow(/422 \(Unprocessable (Entity|Content)\)/)
  await page.route(`${apiURL}/api/me/tasks/*`, (route) =>
    route.fulfill({
      status: 422,
      headers: { 'access-control-allow-origin': baseURL ?? '' },
      json: { status: 422, code: 'validation_failed' },
    }),
  )
  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Notes').fill('A thought the API does not like')
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('“Buy stamps” could not be saved')).toBeVisible()
  await expect(row(page, 'Buy stamps')).toContainText('Not saved yet')
  await openEditor(page, 'Buy stamps')
  await expect(editor.getByLabel('Notes')).toHaveValue('A thought the API does not like')
  await editor.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('checkbox', { name: 'Complete Buy stamps' }).click()
  await expect(page.getByText('“Buy stamps” could not be changed')).toBeVisible()
  await expect(page.getByRole('checkbox', { name: 'Complete Buy stamps' })).not.toBeChecked()
})

test('the table of a conflict speaks of days as the list does', async ({
  page,
  signUp,
  apiURL,
  watch,
}) => {
  await signUp(page)
  const add = (data: object) => callApi(page, apiURL, 'POST', '/api/me/tasks', data)
  const { id } = await add({ title: 'Buy stamps' })
  await openDashboard(page)
  watch.allow(/412 \(Precondition Failed\)/)
  const editor = await openEditor(page, 'Buy stamps')
  const changes = { dueOn: '2031-03-04', priority: 3 }
  await callApi(page, apiURL, 'PATCH', `/api/me/tasks/${id}`, changes)
  await editor.getByRole('button', { name: 'Tomorrow', exact: true }).click()
  await editor.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Choose' }).click()
  const question = page.getByRole('main').getByRole('alert').filter({ hasText: 'Keep which one?' })
  const due = question.getByRole('row', { name: 'Due' }).getByRole('cell')
  await expect(due).toHaveText(['Tomorrow', 'Tue 4 Mar 2031'])
})

test('what could not be added is not said to be added as well', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page, '?view=done')
  watch.allow(/422 \(Unprocessable (Entity|Content)\)/)
  await refuse(page, apiURL, baseURL, { status: 422, code: 'validation_failed' })
  await page.getByLabel('New task').fill('Buy stamps')
  await page.getByLabel('New task').press('Enter')
  await expect(page.getByText('“Buy stamps” could not be added.')).toBeVisible()
  await expect(page.getByText('Added “Buy stamps” to Open.')).toHaveCount(0)
})

test('a list that is full says so, and how to make room', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  watch.allow(/409 \(Conflict\)/)
  await refuse(page, apiURL, baseURL, { status: 409, code: 'too_many_tasks' })
  await page.getByLabel('New task').fill('One too many')
  await page.getByLabel('New task').press('Enter')
  await expect(
    page.getByText('20 000 tasks are the most, those in the trash included.'),
  ).toContainText('“One too many” could not be added')
  await expect(page.getByRole('textbox', { name: 'New task' })).toHaveValue('One too many')
})

test('too many requests are said, counted down, and made up for', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
  expectAccessible,
}) => {
  await signUp(page)
  await openDashboard(page)
  watch.allow(/429 \(Too Many Requests\)/)
  await refuse(page, apiURL, baseURL, { status: 429, code: 'rate_limited' })
  await addTask(page, 'Buy stamps')
  const banner = page.getByRole('status').filter({ hasText: 'That was a lot in a short time' })
  await expect(banner).toContainText('1 change is waiting to be saved.')
  await expect(banner).toContainText(/Trying again in \d+ seconds?\./)
  await expectAccessible(page)
  await page.unroute(`${apiURL}/api/me/tasks`)
  await untilSaved(page, 'POST', () => banner.getByRole('button', { name: 'Try now' }).click())
  await expect(banner).toHaveCount(0)
})

test('a task that was deleted elsewhere can be brought back with the changes', async ({
  page,
  signUp,
  apiURL,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  watch.allow(/404 \(Not Found\)/)
  const editor = await openEditor(page, 'Buy stamps')
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')
  await callApi(page, apiURL, 'DELETE', `/api/me/tasks/${tasks[0].id}`)
  await editor.getByLabel('Title').fill('Buy more stamps')
  await editor.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Bring it back with my changes' }).click()
  await expect(row(page, 'Buy more stamps')).toBeVisible()
  await page.reload()
  await expect(row(page, 'Buy more stamps')).toBeVisible()
})

async function answer503(
  page: Page,
  apiURL: string,
  origin: string | undefined,
  retryAfter: string,
): Promise<void> {
  for (const pattern of tasksPatterns(apiURL)) {
    await page.route(pattern, (route) =>
      route.fulfill({
        status: 503,
        headers: {
          'access-control-allow-origin': origin ?? '',
          'access-control-expose-headers': 'Retry-After',
          'retry-after': retryAfter,
        },
        json: { status: 503, code: 'database_unavailable' },
      }),
    )
  }
}

/** All of them, because the page asks for its counts as well. */
async function answerAgain(page: Page, apiURL: string): Promise<void> {
  for (const pattern of tasksPatterns(apiURL)) await page.unroute(pattern)
}

function tasksPatterns(apiURL: string): string[] {
  return [`${apiURL}/api/me/tasks**`, `${apiURL}/api/me/tasks/**`]
}

/** Answers whatever is added with a refusal. */
async function refuse(
  page: Page,
  apiURL: string,
  origin: string | undefined,
  problem: { readonly status: number; readonly code: string },
): Promise<void> {
  await page.route(`${apiURL}/api/me/tasks`, (route) =>
    route.fulfill({
      status: problem.status,
      headers: {
        'access-control-allow-origin': origin ?? '',
        'access-control-expose-headers': 'Retry-After',
        'retry-after': '600',
      },
      json: problem,
    }),
  )
}
