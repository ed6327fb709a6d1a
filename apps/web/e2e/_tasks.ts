/** What people do on the dashboard, in the words of the page. */

import {
  type APIRequestContext,
  expect,
  type Locator,
  type Page,
  type Route,
} from '@playwright/test'

/** Opens the dashboard and waits until the page's scripts are at work. */
export async function openDashboard(page: Page, query = ''): Promise<void> {
  await page.goto(`/dashboard${query}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await untilAwake(page)
}

/** The overlays are fetched at the first sign of somebody: from then on every key and button works. */
export async function untilAwake(page: Page): Promise<void> {
  await expect(async () => {
    await page.mouse.move(5, 5)
    await page.mouse.move(6, 6)
    await expect(page.getByRole('region', { name: 'Messages' })).toBeAttached({ timeout: 500 })
  }).toPass()
}

export async function addTask(page: Page, title: string): Promise<void> {
  await page.getByLabel('New task').fill(title)
  await page.getByLabel('New task').press('Enter')
  await expect(row(page, title)).toBeVisible()
}

/** Waits until the API has answered what `act` asks it. */
export async function untilSaved(
  page: Page,
  method: 'POST' | 'PATCH' | 'DELETE',
  act: () => Promise<void>,
): Promise<void> {
  const answered = page.waitForResponse(
    (response) =>
      response.request().method() === method && response.url().includes('/api/me/tasks'),
  )
  await act()
  expect((await answered).status()).toBe(200)
}

/** What the API has not confirmed is kept in the tab; then nothing of it is left. */
export async function untilNothingPends(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => Object.keys(sessionStorage))).toEqual([])
}

/** Answers the next change. What the page reads by itself meanwhile, as its counts, goes its way. */
export async function answerNextChange(
  page: Page,
  apiURL: string,
  answer: (route: Route) => Promise<void>,
): Promise<void> {
  let isAnswered = false
  await page.route(new RegExp(`^${apiURL}/api/me/tasks`), (route) => {
    if (isAnswered || route.request().method() === 'GET') return route.fallback()
    isAnswered = true
    return answer(route)
  })
}

export function row(page: Page, title: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByText(title, { exact: true }) })
}

export async function openEditor(page: Page, title: string): Promise<Locator> {
  await page.getByRole('button', { name: `Edit ${title}` }).click()
  const editor = page.getByRole('form', { name: `Edit ${title}` })
  await expect(editor.getByLabel('Title')).toBeFocused()
  return editor
}

export async function goToView(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
}

/** A token of the person whose cookie the context has. */
export async function readToken(request: APIRequestContext): Promise<string> {
  const answer = await request.get('/api/auth/token')
  expect(answer.status()).toBe(200)
  return (await answer.json()).token
}

/** Calls the API as another device of the same person would. */
export async function callApi(
  page: Page,
  apiURL: string,
  method: string,
  path: string,
  data?: unknown,
) {
  const token = await readToken(page.request)
  const answer = await page.request.fetch(`${apiURL}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(data !== undefined && { data }),
  })
  expect(answer.status(), await answer.text()).toBe(200)
  return answer.json()
}

/** Adds tasks as another device would, several at a time. */
export async function addThroughApi(
  page: Page,
  apiURL: string,
  tasks: readonly object[],
): Promise<void> {
  const headers = { authorization: `Bearer ${await readToken(page.request)}` }
  const left = [...tasks]
  async function work(): Promise<void> {
    for (let task = left.pop(); task !== undefined; task = left.pop()) {
      const answer = await fetch(`${apiURL}/api/me/tasks`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(task),
      })
      expect(answer.status, await answer.text()).toBe(200)
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
}

/** Messages stay for as long as a test takes, and not for the seconds that people need. */
export async function holdMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const start = window.setTimeout.bind(window)
    const hold = (run: () => void, delay?: number, ...values: unknown[]) =>
      start(run, delay === 8_000 ? 600_000 : delay, ...values)
    Object.assign(window, { setTimeout: hold })
  })
}
