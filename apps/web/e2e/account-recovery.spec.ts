/** The ways back to an account, in a real browser: a new password by a link, an address to confirm. */

import { readMail, receiveMail, signInAs, untilInteractive, untilTakenOver } from './_account.js'
import { expect, test } from './_fixtures.js'

const themes = ['light', 'dark'] as const

test('a forgotten password is replaced by the link in the mail, once, and signs every device out', async ({
  page,
  signUp,
  newPage,
  watch,
}) => {
  watch.allow(/status of 40[01] /)
  const device = await newPage()
  const person = await signUp(device)
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  // The page before has a field of the same name.
  await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
  await untilTakenOver(page)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('E-mail').press('Enter')
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused()

  await page.getByRole('link', { name: 'Open the outbox of this trial' }).click()
  const mail = page.getByRole('article').filter({ hasText: person.email }).first()
  const link = mail.getByRole('link')
  const address = (await link.getAttribute('href')) ?? ''
  await link.click()
  const password = page.getByLabel('New password', { exact: true })
  await expect(password).toHaveAttribute('autocomplete', 'new-password')
  await untilInteractive(page)
  await password.fill('short')
  await expect(page.getByText('Too short: at least 8 characters')).toBeVisible()
  await password.press('Enter')
  await expect(page.getByText('The password is too short.')).toBeVisible()
  await expect(password).toHaveValue('short')
  await password.fill('umbrella quartz violin')
  await password.press('Enter')
  await expect(page.getByRole('heading', { name: 'Your new password is set' })).toBeFocused()

  expect((await device.request.get('/api/auth/token')).status()).toBe(401)
  expect((await signInAs(device, person)).status()).toBe(401)
  const changed = { ...person, password: 'umbrella quartz violin' }
  expect((await signInAs(device, changed)).status()).toBe(200)

  await page.goto(address)
  await expect(
    page.getByRole('heading', { name: 'This link does not work any more' }),
  ).toBeVisible()
  await page.getByRole('link', { name: 'Ask for a new link' }).click()
  await page.waitForURL('/forgot-password')
})

test('asking for a new password never tells whether there is an account', async ({ page }) => {
  await page.goto('/forgot-password')
  await untilTakenOver(page)
  const email = `nobody-${crypto.randomUUID()}@example.com`
  await page.getByLabel('E-mail').fill('no address')
  await page.getByLabel('E-mail').press('Enter')
  await expect(page.getByText('This does not look like an e-mail address.')).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue('no address')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('E-mail').press('Enter')
  await expect(page.getByText(`If there is an account for ${email}`)).toBeVisible()
  expect(await readMail(page, email)).toEqual([])
})

test('a limit says how long it lasts, and what was typed is kept', async ({ page, watch }) => {
  watch.allow(/status of 429 /)
  await page.route('**/api/auth/request-password-reset', (route) =>
    route.fulfill({ status: 429, headers: { 'retry-after': '840' }, json: {} }),
  )
  await page.goto('/forgot-password')
  await untilTakenOver(page)
  await page.getByLabel('E-mail').fill('somebody@example.com')
  await page.getByLabel('E-mail').press('Enter')
  await expect(
    page.getByRole('alert').filter({ hasText: 'Try again in 14 minutes.' }),
  ).toBeVisible()
  await expect(page.getByLabel('E-mail')).toHaveValue('somebody@example.com')
})

test('an address is confirmed by the link in the mail, which can be asked for again', async ({
  page,
  signUp,
}) => {
  const person = await signUp(page)
  await page.goto('/verify-email')
  await untilTakenOver(page)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByRole('button', { name: 'Send the message' }).click()
  await expect(page.getByText('a message is on its way there')).toBeVisible()
  const mail = await receiveMail(page, person.email, 'Confirm your e-mail address')
  await page.goto(/http\S+/.exec(mail)?.[0] ?? '')
  await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeVisible()
  await page.getByRole('link', { name: 'Go to your tasks' }).click()
  await page.waitForURL('/dashboard')
})

for (const colorScheme of themes) {
  test(`nothing on these pages bars anybody, in ${colorScheme}`, async ({
    page,
    expectAccessible,
  }) => {
    test.slow()
    await page.emulateMedia({ colorScheme })
    for (const path of [
      '/forgot-password',
      '/reset-password?token=some',
      '/reset-password?error=INVALID_TOKEN',
      '/verify-email',
      '/verify-email?confirmed',
      '/verify-email?confirmed&error=TOKEN_EXPIRED',
      '/sign-in?deleted',
      '/dev/mail',
    ]) {
      await page.goto(path)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectAccessible(page)
    }
  })
}
