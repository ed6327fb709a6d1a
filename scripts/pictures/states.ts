/** Every page of the app, and every state of it that somebody can get it into. */

import type { Page, Route } from '@playwright/test'

export interface State {
  readonly name: string
  /** Who looks at it. Default: somebody with a full list. */
  readonly who?: 'nobody' | 'newcomer'
  /** Gets a page of an empty tab into the state. Addresses are relative to the web app. */
  open(page: Page, api: string): Promise<unknown>
  /** As it is printed. */
  readonly isPrinted?: boolean
}

const at =
  (path: string): State['open'] =>
  (page) =>
    page.goto(path)

const fail =
  (status: number, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({ status, headers, json: {} })

/** The overlays are fetched at the first sign of somebody. A sign that came before the page's scripts is lost. */
async function awake(page: Page, path = '/dashboard'): Promise<void> {
  await page.goto(path)
  const overlays = page.getByRole('region', { name: 'Messages' })
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await page.mouse.move(5, 5 + attempt)
    const isThere = overlays.waitFor({ state: 'attached', timeout: 500 })
    if (
      await isThere.then(
        () => true,
        () => false,
      )
    )
      return
  }
  throw new Error('the page did not wake up')
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).first().click()
}

/** Until the page's scripts have taken its form over, a press would be lost or send it. */
async function form(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.waitForFunction(
    `Object.keys(document.querySelector('main form') ?? {}).some((key) => key.startsWith('__reactProps'))`,
  )
}

async function edit(page: Page, title: string): Promise<void> {
  await awake(page)
  await page.getByRole('button', { name: `Edit ${title}` }).click()
  await page.getByRole('form', { name: `Edit ${title}` }).waitFor()
}

const around: readonly State[] = [
  { name: 'home', who: 'nobody', open: at('/') },
  { name: 'home-signed-in', open: at('/') },
  { name: 'sign-in', who: 'nobody', open: at('/sign-in') },
  { name: 'sign-in-signed-out', who: 'nobody', open: at('/sign-in?signed-out') },
  {
    name: 'sign-in-refused',
    who: 'nobody',
    async open(page) {
      await form(page, '/sign-in')
      await page.getByLabel('E-mail').fill('nobody@example.com')
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await press(page, 'Sign in')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  {
    name: 'sign-in-limited',
    who: 'nobody',
    async open(page) {
      await page.route('**/api/auth/sign-in/email', fail(429, { 'retry-after': '45' }))
      await form(page, '/sign-in')
      await page.getByLabel('E-mail').fill('nobody@example.com')
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await press(page, 'Sign in')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  { name: 'sign-up', who: 'nobody', open: at('/sign-up') },
  {
    name: 'sign-up-refused',
    who: 'nobody',
    async open(page) {
      await form(page, '/sign-up')
      await press(page, 'Make the account')
      await page.getByText('Tell us what to call you.').waitFor()
    },
  },
  {
    name: 'sign-up-known-address',
    who: 'nobody',
    async open(page) {
      await form(page, '/sign-up')
      await page.getByLabel('Name').fill('Alice')
      await page.getByLabel('E-mail').fill('alice@example.com')
      await page.getByLabel('Password', { exact: true }).fill('umbrella quartz violin')
      await press(page, 'Make the account')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  { name: 'forgot-password', who: 'nobody', open: at('/forgot-password') },
  {
    name: 'forgot-password-sent',
    who: 'nobody',
    async open(page) {
      await form(page, '/forgot-password')
      await page.getByLabel('E-mail').fill('alice@example.com')
      await press(page, 'Send the link')
      await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    },
  },
  { name: 'reset-password', who: 'nobody', open: at('/reset-password?token=some') },
  { name: 'reset-password-bad', who: 'nobody', open: at('/reset-password?error=INVALID_TOKEN') },
  { name: 'verify-email', who: 'nobody', open: at('/verify-email') },
  { name: 'verify-email-done', who: 'nobody', open: at('/verify-email?confirmed') },
  { name: 'outbox', who: 'nobody', open: at('/dev/mail') },
  { name: 'not-found', who: 'nobody', open: at('/no-such-page') },
  {
    name: 'api-docs',
    who: 'nobody',
    async open(page, api) {
      await page.goto(`${api}/docs`)
      await page.locator('.opblock').first().waitFor()
    },
  },
]

const dashboard: readonly State[] = [
  ...['open', 'today', 'upcoming', 'done', 'trash'].map((view) => ({
    name: `list-${view}`,
    open: (page: Page) => awake(page, `/dashboard?view=${view}`),
  })),
  { name: 'list-empty', who: 'newcomer', open: (page) => awake(page) },
  { name: 'list-found', open: (page) => awake(page, '/dashboard?q=train') },
  { name: 'list-not-found', open: (page) => awake(page, '/dashboard?q=nothing%20of%20the%20kind') },
  { name: 'list-printed', open: (page) => awake(page), isPrinted: true },
  {
    name: 'quick-add',
    async open(page) {
      await awake(page)
      await page.getByLabel('New task').pressSequentially('Call Marta tomorrow !1')
      await page
        .getByRole('button', { name: /as text instead/ })
        .first()
        .waitFor()
    },
  },
  { name: 'editor', open: (page) => edit(page, 'Renew the passport') },
  { name: 'editor-printed', open: (page) => edit(page, 'Renew the passport'), isPrinted: true },
  {
    name: 'toast',
    async open(page) {
      await page.route('**/api/me/tasks/**', fail(200))
      await awake(page)
      await page.getByRole('checkbox', { name: 'Complete Choose a paint' }).click()
      await page.getByText(/^Done:/).waitFor()
    },
  },
  {
    name: 'toast-refused',
    async open(page) {
      await page.route('**/api/me/tasks/**', (route) =>
        route.request().method() === 'PATCH'
          ? route.fulfill({
              status: 422,
              contentType: 'application/problem+json',
              headers: { 'access-control-allow-origin': new URL(page.url()).origin },
              json: { type: 'about:blank', title: 'No', status: 422, code: 'validation_failed' },
            })
          : route.fallback(),
      )
      await edit(page, 'Renew the passport')
      await page.getByLabel('Title', { exact: true }).fill('Renew the passport, and the other one')
      await press(page, 'Save')
      await page.getByText(/could not be saved/).waitFor()
    },
  },
  {
    name: 'conflict',
    async open(page) {
      await page.route('**/api/me/tasks/**', async (route) => {
        const request = route.request()
        if (request.method() === 'PATCH') {
          return route.fulfill({
            status: 412,
            contentType: 'application/problem+json',
            headers: { 'access-control-allow-origin': new URL(page.url()).origin },
            json: { type: 'about:blank', title: 'No', status: 412, code: 'precondition_failed' },
          })
        }
        if (request.method() !== 'GET') return route.fallback()
        const answer = await route.fetch()
        const task = await answer.json()
        return route.fulfill({
          response: answer,
          json: { ...task, title: 'Renew the passport in May', dueOn: '2030-05-01', version: 9 },
        })
      })
      await edit(page, 'Renew the passport')
      await page.getByLabel('Title', { exact: true }).fill('Renew both passports')
      await press(page, 'Save')
      await press(page, 'Choose')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  {
    name: 'menu',
    async open(page) {
      await awake(page)
      await page.locator('button[aria-haspopup=menu]:visible').first().click()
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    },
  },
  {
    name: 'order',
    async open(page) {
      await awake(page)
      await page.locator('main button[aria-haspopup=menu]').click()
      await page.getByRole('menuitemradio', { name: 'By due date' }).waitFor()
    },
  },
  {
    name: 'sign-out-dialog',
    async open(page) {
      await awake(page)
      await page.getByLabel('New task').fill('Not saved yet')
      await page.locator('header:visible button[aria-haspopup=menu]').click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'session-dialog',
    async open(page) {
      await page.route('**/api/me/tasks**', (route) =>
        route.fulfill({
          status: 401,
          headers: {
            'access-control-allow-origin': new URL(page.url()).origin,
            'access-control-expose-headers': 'WWW-Authenticate',
            'www-authenticate': 'Bearer realm="api", error="invalid_token"',
          },
          json: { type: 'about:blank', title: 'No', status: 401, code: 'token_revoked' },
        }),
      )
      await page.route('**/api/auth/token', fail(401))
      await awake(page, '/dashboard?view=done&sort=oldest')
      await page.getByRole('dialog', { name: 'You were signed out' }).waitFor()
    },
  },
  {
    name: 'shortcuts',
    async open(page) {
      await awake(page)
      await page.keyboard.press('?')
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'offline',
    async open(page) {
      await awake(page)
      await page.context().setOffline(true)
      await page
        .getByText(/offline/)
        .first()
        .waitFor()
    },
  },
  {
    name: 'list-failed',
    async open(page) {
      await page.route('**/api/me/tasks?*', fail(500))
      await awake(page, '/dashboard?view=done&sort=oldest')
    },
  },
]

const account: readonly State[] = [
  { name: 'account', open: at('/account') },
  { name: 'account-printed', open: at('/account'), isPrinted: true },
  { name: 'account-delete', open: at('/account/delete') },
  {
    name: 'receipt',
    who: 'nobody',
    async open(page) {
      const email = `${crypto.randomUUID()}@example.com`
      await page.goto('/')
      const { origin } = new URL(page.url())
      await page.request.post('/api/auth/sign-up/email', {
        data: { name: 'Somebody', email, password: 'umbrella quartz violin' },
        headers: { origin },
      })
      await form(page, '/account/delete')
      await page.getByLabel('Your password').fill('umbrella quartz violin')
      await press(page, 'Delete the account for good')
      await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor()
    },
  },
  {
    name: 'inspector',
    async open(page) {
      await page.goto('/inspector')
      await page.waitForLoadState('networkidle')
    },
  },
]

export const states: readonly State[] = [...around, ...dashboard, ...account]
