/** What the forms of signing in and up say, and what they take along. */

import type { Page } from '@playwright/test'
import { findAlert, readMail, untilInteractive, untilTakenOver } from './_account.js'
import { expect, test } from './_fixtures.js'

const secret = 'grey coat, third hook'

test('an address that has an account leads to signing in, and is there already', async ({
  page,
  signUp,
  watch,
}) => {
  watch.allow(/422/)
  const { email } = await signUp(page)
  await page.context().clearCookies()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto('/sign-up?next=%2Faccount')
  await untilInteractive(page)
  await page.getByLabel('Name').fill('Again')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await findAlert(page).getByRole('link', { name: 'Sign in instead.' }).click()
  await page.waitForURL('/sign-in?next=%2Faccount')
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
  expect(asked.filter((url) => url.includes(encodeURIComponent(email)))).toEqual([])
  expect(asked.filter((url) => url.includes(email))).toEqual([])
  expect(await readStorage(page)).not.toContain(email)

  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.waitForURL('/forgot-password')
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
  await page.getByRole('link', { name: 'Back to sign in' }).click()
  await page.waitForURL('/sign-in')
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
})

test('a limit counts down for the eye, and is said twice: at its begin and at its end', async ({
  page,
  watch,
}) => {
  watch.allow(/429/)
  await page.clock.install()
  await page.route('**/api/auth/sign-in/email', (route) =>
    route.fulfill({ status: 429, headers: { 'retry-after': '42' }, json: {} }),
  )
  await page.goto('/sign-in')
  await untilInteractive(page)
  await page.clock.pauseAt(Date.now() + 60_000)
  await page.getByLabel('E-mail').fill('somebody@example.com')
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  const shown = page.getByRole('main').locator('span[aria-hidden="true"].tabular-nums')
  const heard = findAlert(page)
  await expect(shown).toHaveText('Too many attempts. Try again in 42 seconds.')
  await page.clock.runFor(30_000)
  await expect(shown).toHaveText('Too many attempts. Try again in 12 seconds.')
  await expect(heard).toHaveText('Too many attempts. Try again in 42 seconds.')
  await page.clock.runFor(12_000)
  await expect(shown).toHaveText('You can try again now.')
  await expect(heard).toHaveText('You can try again now.')
})

test('one fault, one message', async ({ page }) => {
  await page.goto('/sign-up')
  await untilInteractive(page)
  await page.getByLabel('Name').fill('Margit')
  await page.getByLabel('E-mail').fill('margit@example.com')
  const password = page.getByLabel('Password', { exact: true })
  await password.fill('short')
  await expect(page.getByText('Too short: at least 8 characters')).toBeVisible()
  await password.press('Enter')
  await expect(page.getByText('The password is too short.')).toBeVisible()
  await expect(page.getByText('Too short: at least 8 characters')).toHaveCount(0)
  await expect(findAlert(page)).toHaveCount(0)
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('only signing in says that signing in needs it', async ({ page, signUp }) => {
    await page.goto('/sign-in')
    const note = page.locator('main noscript > div')
    await expect(note).toBeVisible()
    await expect(note).toContainText('Signing in needs JavaScript')
    for (const path of [
      '/sign-up',
      '/forgot-password',
      '/reset-password?token=x',
      '/verify-email',
    ]) {
      await page.goto(path)
      await expect(note).toContainText('This form needs JavaScript')
    }
    for (const path of ['/dev/mail', '/verify-email?confirmed', '/']) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(note).toHaveCount(0)
    }
    await signUp(page)
    await page.goto('/account')
    await expect(note).toContainText('Without JavaScript you can look at your account')
    await page.goto('/inspector')
    await expect(note).toContainText('which takes JavaScript')
  })
})

test('the outbox shows what comes while it is open, in local time, and leads back', async ({
  browser,
  baseURL,
  signUp,
  watch,
}) => {
  const context = await browser.newContext({ baseURL: baseURL ?? '', timezoneId: 'Asia/Kolkata' })
  await watch.attach(context)
  const page = await context.newPage()
  const { email } = await signUp(page)
  await page.goto('/dev/mail')
  await expect(page.getByRole('link', { name: 'Back to your tasks' })).toBeVisible()
  const message = page.getByRole('article').filter({ hasText: email })
  await expect(message).toHaveCount(0)
  const other = await context.newPage()
  await other.goto('/forgot-password')
  await untilTakenOver(other)
  await other.getByLabel('E-mail').fill(email)
  await other.getByLabel('E-mail').press('Enter')
  await expect(other.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await page.bringToFront()
  await expect(message).toHaveCount(1)
  const time = message.locator('time')
  const moment = new Date((await time.getAttribute('datetime')) ?? '')
  const there = moment.toLocaleTimeString('en-GB', { timeZone: 'Asia/Kolkata' })
  await expect(time).toHaveText(there)
  expect(await readMail(page, email)).toHaveLength(1)
  await context.clearCookies()
  await page.reload()
  await page.getByRole('link', { name: 'Back to sign in' }).click()
  await page.waitForURL('/sign-in')
  await context.close()
})

function readStorage(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
}
