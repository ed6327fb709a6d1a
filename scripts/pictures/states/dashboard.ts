/** The list of tasks: full, empty, searched, failed, and with everything that floats over it. */

import type { Page } from '@playwright/test'
import { awake, edit, fail, press, type State } from './state.js'

export const dashboard: readonly State[] = [
  ...['open', 'today', 'upcoming', 'done', 'trash'].map((view) => ({
    name: `list-${view}`,
    open: (page: Page) => awake(page, `/dashboard?view=${view}`),
  })),
  { name: 'list-empty', who: 'newcomer', open: (page) => awake(page) },
  {
    name: 'list-empty-trash',
    who: 'newcomer',
    open: (page) => awake(page, '/dashboard?view=trash'),
  },
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
      await page.route('**/api/me/tasks/**', () => {})
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
    name: 'list-loading',
    async open(page) {
      await awake(page)
      await page.route('**/api/me/tasks?*', () => {})
      await goTo(page, 'Done')
      await page
        .getByRole('status')
        .filter({ hasText: /loading/i })
        .waitFor({ state: 'attached' })
      await page.waitForTimeout(500)
    },
  },
  {
    name: 'list-cut-off',
    async open(page) {
      await awake(page)
      await page.context().setOffline(true)
      await goTo(page, 'Done')
      await page.getByText('This list was not open here before').waitFor()
    },
  },
  {
    name: 'busy',
    async open(page) {
      await awake(page)
      await page.route(
        '**/api/me/tasks**',
        fail(429, { 'retry-after': '40', 'access-control-expose-headers': 'Retry-After' }),
      )
      await goTo(page, 'Done')
      await page.getByText('That was a lot in a short time').waitFor()
    },
  },
  {
    name: 'lines-pasted',
    async open(page) {
      await awake(page)
      await page.getByLabel('New task').focus()
      await page.evaluate(`{
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', '- Buy stamps\\n- Return the books\\n- Call Bob')
        document.activeElement.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
        )
      }`)
      await page.getByText('You pasted 3 lines.').waitFor()
    },
  },
  {
    name: 'trash-emptied',
    async open(page) {
      await awake(page, '/dashboard?view=trash')
      await press(page, 'Empty the trash')
      await page.getByText('The trash is empty.').first().waitFor()
    },
  },
  {
    name: 'list-failed',
    async open(page) {
      await page.route('**/api/me/tasks?*', fail(500))
      await awake(page)
      await goTo(page, 'Done')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
]

async function goTo(page: Page, view: string): Promise<void> {
  const links = page.getByRole('navigation').getByRole('link', { name: view })
  await links.first().click()
}
