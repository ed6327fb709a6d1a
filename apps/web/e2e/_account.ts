/** What people do on the account pages, and what is left of what they ended. */

import type { APIResponse, Page } from '@playwright/test'
import { expect, type Person } from './_fixtures.js'

/** Opens the account page and waits until its scripts are at work. */
export async function openAccount(page: Page): Promise<void> {
  await page.goto('/account')
  await expect(page.getByRole('heading', { level: 1, name: 'Your account' })).toBeVisible()
  await untilInteractive(page)
}

/** On a page with a password: shows it, which takes the page's scripts, and hides it again. */
export async function untilInteractive(page: Page): Promise<void> {
  await expect(async () => {
    await page.getByRole('button', { name: 'Show password' }).first().click({ timeout: 500 })
    await page.getByRole('button', { name: 'Hide password' }).click({ timeout: 500 })
  }).toPass()
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

/** The API refuses the token no later than two seconds from now. */
export async function expectRefusedSoon(page: Page, apiURL: string, token: string): Promise<void> {
  const until = Date.now() + 2_000
  let seen = { status: 0, code: '' }
  do {
    const answer = await page.request.get(`${apiURL}/api/me`, {
      headers: { authorization: `Bearer ${token}` },
    })
    seen = { status: answer.status(), code: (await answer.json()).code ?? '' }
    if (seen.status === 401) break
  } while (Date.now() < until)
  expect(seen).toEqual({ status: 401, code: 'token_revoked' })
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
