/** What people do on the account pages, and what is left of what they ended. */

import type { APIResponse, Locator, Page } from '@playwright/test'
import { expect, type Person } from './_fixtures.js'

/** Opens the account page and waits until its scripts are at work. */
export async function openAccount(page: Page): Promise<void> {
  await page.goto('/account')
  await expect(page.getByRole('heading', { level: 1, name: 'Your account' })).toBeVisible()
  await untilInteractive(page)
}

/** On a page with a password: shows it, which takes the page's scripts, and hides it again. */
export async function untilInteractive(page: Page): Promise<void> {
  const hide = page.getByRole('button', { name: 'Hide password' })
  await expect(async () => {
    // A click before that is lost; one that came late has shown it already.
    if (await hide.isHidden()) {
      await page.getByRole('button', { name: 'Show password' }).first().click({ timeout: 1_000 })
    }
    await expect(hide).toBeVisible({ timeout: 500 })
  }).toPass()
  await hide.click()
}

/**
 * On a page with a form and no password: waits until the page's scripts have taken the form over. Before that, the
 * browser itself would send it, and the page would come anew.
 */
export async function untilTakenOver(page: Page): Promise<void> {
  const isTakenOver = (form: HTMLElement | SVGElement) =>
    Object.keys(form).some((key) => key.startsWith('__reactProps'))
  await expect.poll(() => page.locator('main form').evaluate(isTakenOver)).toBe(true)
}

/** Fills in and sends the form of the sign-in page, as it is open. */
export async function signIn(page: Page, email: string, secret: string): Promise<void> {
  await untilInteractive(page)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What a page says went wrong. */
export function findAlert(page: Page): Locator {
  return page.getByRole('main').getByRole('alert')
}

/** Signs the page's browser context in, as another device of the person. */
export async function signInAs(page: Page, { email, password }: Person): Promise<APIResponse> {
  await page.goto('/sign-in')
  const { origin } = new URL(page.url())
  return page.request.post('/api/auth/sign-in/email', {
    data: { email, password },
    headers: { origin },
  })
}

/** Waits until the API refuses the token because its session has ended. */
export async function untilRefused(page: Page, apiURL: string, token: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const answer = await page.request.get(`${apiURL}/api/me`, {
          headers: { authorization: `Bearer ${token}` },
        })
        return [answer.status(), (await answer.json()).code]
      },
      { timeout: 20_000 },
    )
    .toEqual([401, 'token_revoked'])
}

export interface SentMail {
  readonly subject: string
  readonly text: string
}

/** What the trial's outbox holds for somebody, the newest first. */
export async function readMail(page: Page, to: string): Promise<SentMail[]> {
  const answer = await page.request.get('/dev/mail/messages')
  expect(answer.status()).toBe(200)
  const { messages } = await answer.json()
  return messages.filter((mail: { to: string }) => mail.to === to)
}

/** The text of a message, once it is in the trial's outbox: it is sent after the answer that promises it. */
export async function receiveMail(page: Page, to: string, subject: string): Promise<string> {
  const read = async () => (await readMail(page, to)).filter((mail) => mail.subject === subject)
  await expect.poll(read).not.toEqual([])
  const [mail] = await read()
  return mail?.text ?? ''
}
