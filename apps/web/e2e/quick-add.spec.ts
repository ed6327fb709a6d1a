/** What is typed for a new task is understood, said, and can be left as text. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { callApi, openDashboard, row, untilSaved } from './_tasks.js'

test('a day and a priority are understood as they are typed, and are no part of the title', async ({
  page,
  signUp,
  apiURL,
  expectAccessible,
}) => {
  await signUp(page)
  await openDashboard(page)
  const field = page.getByLabel('New task')
  await field.pressSequentially('Pay the rent tomorrow !1')
  const chips = page.getByRole('list', { name: 'Understood in the text' })
  await expect(chips.getByRole('button')).toHaveText(['Due Tomorrow', 'High priority'])
  await expectAccessible(page)
  await untilSaved(page, 'POST', () => field.press('Enter'))
  await expect(row(page, 'Pay the rent')).toContainText('Tomorrow')
  await expect(chips).toHaveCount(0)
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')
  expect(tasks).toMatchObject([{ title: 'Pay the rent', priority: 3 }])
  expect(tasks[0].dueOn).toMatch(/^\d{4}-\d\d-\d\d$/)
})

test('Enter before the reading of days has loaded: the row is there at once, and read before it is sent', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  await openDashboard(page)
  const sent: unknown[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().startsWith(apiURL)) {
      sent.push(request.postDataJSON())
    }
  })
  const letThrough = await holdScripts(page)
  const field = page.getByLabel('New task')
  await field.fill('Call Ann tomorrow !1')
  await field.press('Enter')
  await field.fill('Buy stamps')
  await field.press('Enter')
  await expect(field).toHaveValue('')
  await expect(row(page, 'Call Ann tomorrow !1')).toBeVisible()
  await expect(row(page, 'Buy stamps')).toBeVisible()
  expect(sent).toEqual([])
  letThrough()
  await expect(row(page, 'Call Ann')).toContainText('Tomorrow')
  await expect
    .poll(() => sent)
    .toMatchObject([
      { title: 'Call Ann', priority: 3 },
      { title: 'Buy stamps', dueOn: null },
    ])
  await page.reload()
  await expect(row(page, 'Call Ann')).toContainText('Tomorrow')
})

test('in the view of a day, what the late reading puts elsewhere is said', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  await openDashboard(page, '?view=today')
  const letThrough = await holdScripts(page)
  const field = page.getByLabel('New task')
  await field.fill('Call Ann tomorrow')
  await field.press('Enter')
  await expect(row(page, 'Call Ann tomorrow')).toBeVisible()
  letThrough()
  await expect(page.getByText('Added “Call Ann” to Open.')).toBeVisible()
  await expect(page.locator('[data-task]')).toHaveCount(0)
})

test('where the reading cannot be loaded, the words are the title', async ({
  page,
  signUp,
  watch,
}) => {
  watch.allow(/ERR_FAILED|ChunkLoadError/)
  await signUp(page)
  await openDashboard(page)
  await page.route('**/_next/static/chunks/**', (route) => route.abort())
  const field = page.getByLabel('New task')
  await field.fill('Call Ann tomorrow !1')
  await untilSaved(page, 'POST', () => field.press('Enter'))
  await expect(row(page, 'Call Ann tomorrow !1')).toBeVisible()
})

test('Backspace behind the words, or the chip, makes text of them again', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  await openDashboard(page)
  const field = page.getByLabel('New task')
  const chips = page.getByRole('list', { name: 'Understood in the text' }).getByRole('button')
  await field.pressSequentially('Watch Black Friday')
  await expect(chips).toHaveCount(1)
  await field.press('Backspace')
  await expect(chips).toHaveCount(0)
  await expect(field).toHaveValue('Watch Black Friday')
  await untilSaved(page, 'POST', () => field.press('Enter'))

  await field.pressSequentially('Call about !1')
  await chips.click()
  await expect(field).toBeFocused()
  await untilSaved(page, 'POST', () => field.press('Enter'))
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks?sort=createdAt&order=asc')
  expect(tasks).toMatchObject([
    { title: 'Watch Black Friday', dueOn: null },
    { title: 'Call about !1', priority: 0 },
  ])
})

test('several pasted lines ask whether they are several tasks', async ({
  page,
  signUp,
  expectAccessible,
}) => {
  await signUp(page)
  await openDashboard(page)
  const field = page.getByLabel('New task')
  const paste = () =>
    field.evaluate((input) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', '- Buy stamps\n- Return the books\n\n- Call Bob\n')
      input.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
      )
    })
  await field.focus()
  await paste()
  await expect(page.getByText('You pasted 3 lines. Are they 3 tasks?')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Keep them as one' }).click()
  await expect(field).toHaveValue('Buy stamps Return the books Call Bob')
  await field.fill('')
  await paste()
  await page.getByRole('button', { name: 'Add 3 tasks' }).click()
  for (const title of ['Buy stamps', 'Return the books', 'Call Bob']) {
    await expect(row(page, title)).toBeVisible()
  }
  await expect(field).toHaveValue('')
  await expect(field).toBeFocused()
})

test('a form that another site sends adds nothing, whatever it says that it came through', async ({
  page,
  signUp,
  apiURL,
  baseURL,
}) => {
  await signUp(page)
  const html = await (await page.request.get('/dashboard')).text()
  // The form as it is for who has no scripts.
  const fields = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'text/html')
    const inputs = document.querySelectorAll<HTMLInputElement>('form:has(#quick-add) input')
    return [...inputs].map(({ name, value }) => [name, value] as const)
  }, html)
  expect(fields.map(([name]) => name)).toContain('title')
  const send = (title: string, headers: Record<string, string>) =>
    page.request.post('/dashboard', {
      multipart: { ...Object.fromEntries(fields), title },
      headers,
      maxRedirects: 0,
    })
  const evil = { origin: 'https://evil.example' }
  for (const headers of [evil, { ...evil, 'x-forwarded-host': 'evil.example' }]) {
    expect((await send('From another site', headers)).status()).toBeGreaterThanOrEqual(400)
  }
  expect((await send('From this site', { origin: baseURL ?? '' })).status()).toBe(303)
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')
  expect(tasks.map(({ title }: { title: string }) => title)).toEqual(['From this site'])
})

/** What the page fetches from now on waits until what is given back is called. */
async function holdScripts(page: Page): Promise<() => void> {
  let letThrough = () => {}
  const held = new Promise<void>((resolve) => {
    letThrough = resolve
  })
  await page.route('**/_next/static/chunks/**', async (route) => {
    await held
    await route.fallback()
  })
  return letThrough
}
