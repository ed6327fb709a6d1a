/** What crosses the wire, seen from a real browser: the right token, in the right header, and nowhere else. */

import type { Page, Request } from '@playwright/test'
import { expect, type Person, test } from './_fixtures.js'
import {
  addTask,
  answerNextChange,
  callApi,
  holdMessages,
  openDashboard,
  openEditor,
  readToken,
  row,
  untilSaved,
} from './_tasks.js'

test('FR-001, FR-002, SC-001: a token from a real sign-in, as Bearer on every request, and never a 401', async ({
  page,
  signUp,
  apiURL,
}) => {
  const person = await signUp(page)
  await page.context().clearCookies()
  const requests = watchRequests(page)
  await signIn(page, person)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Notes').fill('Two')
  await untilSaved(page, 'PATCH', () => editor.getByRole('button', { name: 'Save' }).click())
  const complete = page.getByRole('checkbox', { name: 'Complete Buy stamps' })
  await untilSaved(page, 'PATCH', () => complete.click())

  const toApi = requests.filter((request) => request.url().startsWith(apiURL))
  expect(toApi.length).toBeGreaterThanOrEqual(3)
  for (const request of toApi) {
    const headers = await request.allHeaders()
    expect(headers.authorization).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
    expect(headers.cookie).toBeUndefined()
    const answer = await request.response()
    // The page calls a question off when it asks anew.
    if (answer === null) expect(request.failure()?.errorText).toBe('net::ERR_ABORTED')
    else expect(answer.status()).toBe(200)
  }
  const tokens = requests.filter((request) => request.url().endsWith('/api/auth/token'))
  expect(tokens).toHaveLength(1)
  const [header] = ((await toApi[0]?.allHeaders())?.authorization ?? '').split('.')
  expect(decode(header?.replace('Bearer ', ''))).toMatchObject({ alg: 'EdDSA' })
})

test('a token is in no storage, cookie, address or document, and a session cookie is out of reach', async ({
  page,
  signUp,
  watch,
}) => {
  await signUp(page)
  const seen: string[] = []
  page.on('request', (request) => seen.push(request.url()))
  page.on('console', (message) => seen.push(message.text()))
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const token = await readToken(page.request)
  // Every token of the session shares its first part, the header with the key's id.
  const [head = ''] = token.split('.')
  const held = await page.evaluate(async () => {
    const databases = await indexedDB.databases()
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      document.documentElement.outerHTML,
      window.name,
      history.state,
      location.href,
      databases.map(({ name }) => name),
      await caches.keys(),
      navigator.serviceWorker.controller,
    ])
  })
  expect(head.length).toBeGreaterThan(20)
  expect(held).not.toContain(head)
  expect(held).not.toContain('session_token')
  expect(seen.join('\n')).not.toContain(head)
  const cookies = await page.context().cookies()
  const session = cookies.filter(({ name }) => name.includes('session'))
  expect(session.length).toBeGreaterThan(0)
  for (const cookie of session) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  expect(watch.list()).toEqual([])
})

test('no request goes to any host but the two', async ({ page, signUp, baseURL, apiURL }) => {
  const requests = watchRequests(page)
  await page.goto('/')
  await page.goto('/sign-up')
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  const origins = new Set(requests.map((request) => new URL(request.url()).origin))
  expect([...origins].sort()).toEqual([baseURL, apiURL].sort())
})

test('FR-008: a token that ends in the middle is replaced, and the request sent once more', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  await holdMessages(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  watch.allow(/401 \(Unauthorized\)/)
  const requests = watchRequests(page)
  await answerNextChange(page, apiURL, (route) =>
    route.fulfill({
      status: 401,
      headers: {
        'access-control-allow-origin': baseURL ?? '',
        'access-control-expose-headers': 'WWW-Authenticate',
        'www-authenticate': 'Bearer error="invalid_token", error_description="expired"',
      },
      json: { status: 401, code: 'token_expired' },
    }),
  )
  await page.getByRole('checkbox', { name: 'Complete Buy stamps' }).click()
  await expect
    .poll(() => requests.filter((request) => request.method() === 'PATCH').length, {
      timeout: 20_000,
    })
    .toBe(2)
  await expect(page.getByText('Done: “Buy stamps”.')).toBeVisible()
  const answers = await Promise.all(
    requests
      .filter((request) => request.method() === 'PATCH')
      .map(async (request) => (await request.response())?.status()),
  )
  expect(answers).toEqual([401, 200])
  expect(requests.filter((request) => request.url().endsWith('/api/auth/token'))).toHaveLength(1)
  await expect(page.getByRole('dialog', { name: 'You were signed out' })).toHaveCount(0)
})

test('story 3, FR-005, SC-006: a second person sees nothing of the first, and is refused on their path', async ({
  page,
  newPage,
  signUp,
  apiURL,
}) => {
  const alice = await signUp(page, 'Alice')
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Only for Alice'))
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')

  const other = await newPage()
  await signUp(other, 'Bob')
  await openDashboard(other)
  await expect(other.getByText('Nothing open.')).toBeVisible()
  await expect(row(other, 'Only for Alice')).toHaveCount(0)

  const authorization = `Bearer ${await readToken(other.request)}`
  const path = `${apiURL}/api/${alice.id}/tasks`
  for (const [method, address] of [
    ['GET', path],
    ['POST', path],
    ['GET', `${path}/${tasks[0].id}`],
    ['PATCH', `${path}/${tasks[0].id}`],
    ['DELETE', `${path}/${tasks[0].id}`],
    ['POST', `${path}/${tasks[0].id}/restore`],
  ] as const) {
    const data = method === 'GET' ? {} : { data: { title: 'Mine now' } }
    const answer = await other.request.fetch(address, {
      method,
      headers: { authorization },
      ...data,
    })
    expect(answer.status(), `${method} ${address}`).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'not_owner' })
  }
  const mine = await other.request.get(`${apiURL}/api/me/tasks/${tasks[0].id}`, {
    headers: { authorization },
  })
  expect(mine.status()).toBe(404)
  await page.reload()
  await expect(row(page, 'Only for Alice')).toBeVisible()
})

async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL('/dashboard')
}

function watchRequests(page: Page): Request[] {
  const requests: Request[] = []
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && request.method() !== 'OPTIONS') requests.push(request)
  })
  return requests
}

function decode(part = ''): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
