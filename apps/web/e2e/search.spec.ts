/** A search finds what there is, in whichever view, and goes on until it has looked at everything. */

import { expect, test } from './_fixtures.js'
import { addThroughApi, callApi, goToView, openDashboard, row, untilSaved } from './_tasks.js'

test('a search finds tasks of every view, and says where each was found', async ({
  page,
  signUp,
  apiURL,
  expectAccessible,
}) => {
  await signUp(page)
  const add = (data: object) => callApi(page, apiURL, 'POST', '/api/me/tasks', data)
  await add({ title: 'Brush the coat' })
  await add({ title: 'Fetch the coat', dueOn: '2020-02-02' })
  await add({ title: 'Wear the coat', dueOn: '2999-01-01' })
  await add({ title: 'Buy the coat', completed: true })
  await add({ title: 'Umbrella', notes: 'Hangs beside the coat.', completed: true })
  await add({ title: 'Something else' })
  const { id } = await add({ title: 'Burn the coat' })
  await callApi(page, apiURL, 'DELETE', `/api/me/tasks/${id}`)

  await openDashboard(page, '?view=today')
  await page.keyboard.press('/')
  await page.getByRole('searchbox', { name: 'Search all tasks' }).pressSequentially('coat')
  await expect(page.getByRole('region', { name: 'From before' })).toContainText('Fetch the coat')
  const place = (name: string) => page.getByRole('region', { name, exact: true })
  await expect(place('In Open')).toContainText('Brush the coat')
  await expect(place('In Upcoming')).toContainText('Wear the coat')
  await expect(place('In Done')).toContainText('Buy the coat')
  await expect(place('In Done')).toContainText('Umbrella')
  await expect(place('In Trash')).toContainText('Burn the coat')
  await expect(page.locator('[data-task]')).toHaveCount(6)
  await expectAccessible(page)

  // What was found is worked with where it was found.
  await untilSaved(page, 'POST', () =>
    page.getByRole('button', { name: 'Restore Burn the coat' }).click(),
  )
  await expect(place('In Trash')).toHaveCount(0)
  await expect(place('In Open')).toContainText('Burn the coat')
  await page.getByRole('button', { name: 'Edit Wear the coat' }).click()
  const editor = page.getByRole('form', { name: 'Edit Wear the coat' })
  await editor.getByLabel('Title').fill('Wear the warm coat')
  await untilSaved(page, 'PATCH', () => editor.getByRole('button', { name: 'Save' }).click())
  await expect(place('In Upcoming')).toContainText('Wear the warm coat')

  await goToView(page, 'Upcoming')
  await expect(row(page, 'Wear the warm coat')).toBeVisible()
  await expect(page.locator('[data-task]')).toHaveCount(1)
})

test('nothing here, and something elsewhere: both are said', async ({ page, signUp, apiURL }) => {
  await signUp(page)
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Buy the coat', completed: true })
  await openDashboard(page, '?q=coat')
  await expect(page.getByText('No task here contains “coat”.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'In Done' })).toContainText('Buy the coat')
  await page.getByRole('searchbox').fill('zebra')
  await expect(page.getByText('No task here contains “zebra”.')).toBeVisible()
  await expect(page.getByText('Nothing in the other views.')).toBeVisible()
})

test('a search goes on over pages in which it found nothing, and further when it is asked to', async ({
  page,
  signUp,
  apiURL,
}) => {
  test.slow()
  await signUp(page)
  // The API looks at some sixty kilobytes at a time for a text as long as this.
  const wanted = 'Where the coat hangs '.repeat(9)
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: wanted, completed: true })
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: wanted })
  const notes = 'A long story. '.repeat(700)
  await addThroughApi(
    page,
    apiURL,
    Array.from({ length: 110 }, (_, index) => ({ title: `Task ${index}`, notes })),
  )
  const pages: number[] = []
  page.on('response', async (response) => {
    const { pathname, searchParams } = new URL(response.url())
    if (!pathname.endsWith('/tasks') || searchParams.get('status') !== 'open') return
    if (response.request().method() !== 'GET' || response.status() !== 200) return
    pages.push((await response.json()).tasks.length)
  })
  await openDashboard(page)
  await page.getByRole('searchbox').fill(wanted)
  await expect(page.getByText('Not all of your tasks have been looked at yet.')).toBeVisible()
  // Meanwhile the other views have been searched.
  await expect(page.getByRole('region', { name: 'In Done' })).toContainText('Where the coat hangs')
  const more = page.getByRole('main').getByRole('button', { name: 'Show more' })
  await expect(more).toBeVisible()
  await more.click()
  await expect(page.getByRole('region', { name: 'Open', exact: true })).toContainText(
    'Where the coat hangs',
  )
  expect(pages.filter((count) => count === 0).length).toBeGreaterThan(10)
  await expect(page.getByText('Not all of your tasks')).toHaveCount(0)
})
