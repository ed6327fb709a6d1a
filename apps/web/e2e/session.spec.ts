/** Sessions: how they begin, how they end, and what becomes of what was typed. */

import type { APIResponse, Page } from '@playwright/test'
import { untilRefused } from './_account.js'
import { expect, test } from './_fixtures.js'
import {
  addTask,
  answerNextChange,
  callApi,
  holdMessages,
  openDashboard,
  openEditor,
  row,
  untilSaved,
} from './_tasks.js'

test('edge case: the session ends in the middle of an edit, the draft is kept and saved after signing in', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  watch.allow(/401 \(UNAUTHORIZED\)/i)
  await endSession(page, apiURL, baseURL)

  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Notes').fill('A long thought')
  await editor.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'You were signed out' })
  await expect(dialog).toContainText('Your draft is kept; sign in to save it.')
  await expect(dialog).toContainText(person.email)

  await dialog.getByRole('button', { name: 'Not now' }).click()
  const banner = page.getByRole('status').filter({ hasText: 'You were signed out.' })
  await expect(banner).toContainText('1 change is kept; sign in to save it.')
  await banner.getByRole('button', { name: 'Sign in' }).click()

  await dialog.getByLabel('Password', { exact: true }).fill('not the password')
  await dialog.getByRole('button', { name: 'Sign in and go on' }).click()
  await expect(dialog.getByRole('alert')).toContainText('do not go together')
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await dialog.getByRole('button', { name: 'Sign in and go on' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(banner).toHaveCount(0)

  await page.reload()
  await openEditor(page, 'Buy stamps')
  await expect(page.getByLabel('Notes')).toHaveValue('A long thought')
})

test('what was changed after the session ended is saved even when the page is left for the sign-in page', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  const person = await signUp(page)
  await openDashboard(page)
  watch.allow(/401 \(UNAUTHORIZED\)/i)
  await endSession(page, apiURL, baseURL)
  await page.getByLabel('New task').fill('Do not lose me')
  await page.getByLabel('New task').press('Enter')
  await expect(page.getByRole('dialog', { name: 'You were signed out' })).toBeVisible()
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto('/sign-in?next=/dashboard')
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('/dashboard')
  await expect(row(page, 'Do not lose me')).toBeVisible()
  await expect
    .poll(async () => (await callApi(page, apiURL, 'GET', '/api/me/tasks')).tasks.length)
    .toBe(1)
})

test('signing out in one tab is noticed in the other', async ({ page, signUp }) => {
  await signUp(page, 'Margit')
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const second = await page.context().newPage()
  await openDashboard(second)
  await addTask(second, 'Return the books')

  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
  await expect(second.getByRole('dialog', { name: 'You were signed out' })).toBeVisible()
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  expect(kept).not.toContain('stamps')
})

test('signing out while the other tab fetches a token: the request is called off, and its token never used', async ({
  page,
  signUp,
  apiURL,
}) => {
  const person = await signUp(page, 'Margit')
  await openDashboard(page)
  const second = await page.context().newPage()
  const used: string[] = []
  second.on('request', (request) => {
    const { authorization } = request.headers()
    if (request.url().startsWith(apiURL) && authorization) used.push(authorization)
  })
  const late = await hold(second, '**/api/auth/token')
  await openDashboard(second)
  const answer = await late.answered

  const calledOff = second.waitForEvent('requestfailed', (request) =>
    request.url().endsWith('/api/auth/token'),
  )
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
  const dialog = second.getByRole('dialog', { name: 'You were signed out' })
  await expect(dialog).toBeVisible()
  await calledOff
  late.release()
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await dialog.getByRole('button', { name: 'Sign in and go on' }).click()
  await expect(dialog).toHaveCount(0)
  await untilSaved(second, 'POST', () => addTask(second, 'Buy stamps'))
  const { token } = await answer.json()
  expect(used.length).toBeGreaterThan(0)
  expect(used).not.toContain(`Bearer ${token}`)
})

test('a token that ends while a request is on its way is replaced, and the request sent once more', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  watch.allow(/401 \(Unauthorized\)/i)
  const person = await signUp(page)
  // What is done is said at the click, and may be gone before the request is let go.
  await holdMessages(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const answers: (readonly [string, number])[] = []
  page.on('response', (response) => {
    const method = response.request().method()
    if (method === 'PATCH') answers.push([method, response.status()])
  })
  let letGo = () => {}
  const started = new Promise<string>((resolve) => {
    void answerNextChange(page, apiURL, async (route) => {
      const released = new Promise<void>((go) => {
        letGo = go
      })
      resolve((await route.request().allHeaders()).authorization ?? '')
      await released
      await route.continue()
    })
  })
  await page.getByRole('checkbox', { name: 'Complete Buy stamps' }).click()
  const [, token = ''] = (await started).split(' ')
  // The session is replaced by another one, as by a changed password.
  const changed = await page.request.post('/api/auth/change-password', {
    data: {
      currentPassword: person.password,
      newPassword: 'umbrella quartz violin',
      revokeOtherSessions: true,
    },
    headers: { origin: baseURL ?? '' },
  })
  expect(changed.status()).toBe(200)
  await untilRefused(page, apiURL, token)
  letGo()
  await expect(page.getByText('Done: “Buy stamps”.')).toBeVisible()
  await expect
    .poll(() => answers)
    .toEqual([
      ['PATCH', 401],
      ['PATCH', 200],
    ])
  await expect(page.getByRole('dialog', { name: 'You were signed out' })).toHaveCount(0)
})

test('a stale cookie ends at the sign-in page, without going round in circles', async ({
  page,
  signUp,
  baseURL,
}) => {
  await signUp(page)
  const [session] = (await page.context().cookies()).filter(({ name }) =>
    name.includes('session_token'),
  )
  if (!session) throw new Error('expected a session cookie')
  await page.context().clearCookies()
  await page.context().addCookies([{ ...session, value: `gone.${session.value}` }])
  const visited: string[] = []
  page.on('request', (request) => {
    if (request.isNavigationRequest()) visited.push(new URL(request.url()).pathname)
  })
  await page.goto('/dashboard?view=today')
  await expect(page).toHaveURL(`${baseURL}/sign-in?next=%2Fdashboard%3Fview%3Dtoday`)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(visited).toEqual(['/dashboard', '/sign-in'])
})

test('signing in leads to where somebody wanted to go, and never to another site', async ({
  page,
  signUp,
}) => {
  const person = await signUp(page)
  for (const [next, expected] of [
    ['/dashboard?view=done', '/dashboard?view=done'],
    ['https://example.com/', '/dashboard'],
    ['//example.com', '/dashboard'],
    ['/..//example.com', '/dashboard'],
  ] as const) {
    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(expected)
  }
  await page.goto('/sign-in')
  await page.waitForURL('/dashboard')
})

test('what is wrong with a sign-in is said in plain sentences', async ({ page, signUp, watch }) => {
  const person = await signUp(page)
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('Enter your e-mail address.')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toBeFocused()

  watch.allow(/40[19]|422|429/)
  const password = page.getByLabel('Password', { exact: true })
  await page.getByLabel('E-mail').fill(person.email)
  await expect(page.getByText('Enter your e-mail address.')).toHaveCount(0)
  await password.fill('not the password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('do not go together')

  await page.route('**/api/auth/sign-in/email', (route) =>
    route.fulfill({ status: 429, headers: { 'x-retry-after': '42' }, json: {} }),
  )
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Try again in 42 seconds.')

  await expect(password).toHaveAttribute('autocomplete', 'current-password')
  await expect(page.getByLabel('E-mail')).toHaveAttribute('autocomplete', 'username')
  await page.getByRole('button', { name: 'Show password' }).click()
  await expect(password).toHaveAttribute('type', 'text')

  await page.goto('/sign-up')
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute(
    'autocomplete',
    'new-password',
  )
  await page.getByLabel('Name').fill('Again')
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill('grey coat, third hook')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText(
    'There is an account with this e-mail already.',
  )
})

/** Keeps the next answer from the page until it is released. */
async function hold(page: Page, pattern: string) {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let note = (_: APIResponse) => {}
  const answered = new Promise<APIResponse>((resolve) => {
    note = resolve
  })
  await page.route(
    pattern,
    async (route) => {
      const response = await route.fetch()
      note(response)
      await released
      await route.fulfill({ response })
    },
    { times: 1 },
  )
  return { answered, release: () => release() }
}

/** The issuer forgets the person, and the API refuses the token that the page still holds. */
async function endSession(page: Page, apiURL: string, origin: string | undefined): Promise<void> {
  // Only the API says so: the page's own question about its session stays without an answer.
  await page.route('**/api/session*', () => {})
  await page.context().clearCookies({ name: /session/ })
  await answerNextChange(page, apiURL, (route) =>
    route.fulfill({
      status: 401,
      headers: {
        'access-control-allow-origin': origin ?? '',
        'access-control-expose-headers': 'WWW-Authenticate',
        'www-authenticate': 'Bearer error="invalid_token", error_description="revoked"',
      },
      json: { status: 401, code: 'token_revoked' },
    }),
  )
}
