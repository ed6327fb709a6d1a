/**
 * Where addresses are confirmed, in a real browser: mail by a real mail server, and nobody learns who has an account.
 */

import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { findAlert, openAccount, signIn, untilInteractive, untilTakenOver } from './_account.js'
import { expect, fromElsewhere, makeAccount, readLink, test } from './_deployed.js'
import { addTask, openDashboard, untilSaved } from './_tasks.js'

// One worker, one system.
test.describe.configure({ mode: 'default' })

const themes = ['light', 'dark'] as const

test('an account begins once its address is confirmed', async ({
  page,
  newPage,
  deployment,
  expectAccessible,
  watch,
}) => {
  watch.allow(/status of 403 /)
  const email = `${randomUUID()}@example.com`
  await fillSignUp(page, email, '/sign-up?next=%2Faccount')
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused()
  await expect(page.getByText(`A message is on its way to ${email}.`)).toBeVisible()
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
  await readLink(deployment, email)
  await page.getByRole('button', { name: 'Send the message again' }).click()
  await expect(page.getByText('a message is on its way there')).toBeVisible()

  const early = await newPage()
  await early.goto('/sign-in')
  await signIn(early, email, password)
  await expect(findAlert(early)).toContainText('This address is not confirmed yet.')
  await expect(early.getByLabel('E-mail')).toHaveValue(email)
  await expectAccessible(early)
  // Signing up sent one, asking for it another, and signing in too early a third.
  await readLink(deployment, email, 3)

  await page.goto(await readLink(deployment, email, 2))
  await expect(page.getByRole('heading', { name: 'Your address is confirmed' })).toBeVisible()
  await expect(page.getByText('You are signed in.')).toBeVisible()
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await signIn(early, email, password)
  await early.waitForURL('/dashboard')
})

test('signing up with an address that has an account looks the same, and its owner is told', async ({
  page,
  newPage,
  signUp,
  deployment,
  watch,
}) => {
  watch.allow(/status of 401 /)
  const owner = await newPage()
  const person = await signUp(owner)
  const stranger = `${randomUUID()}@example.com`
  const seen: string[] = []
  for (const email of [person.email, stranger]) {
    await fillSignUp(page, email)
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused()
    await page.getByRole('button', { name: 'Send the message again' }).click()
    await expect(page.getByText('a message is on its way there')).toBeVisible()
    seen.push(await readWithout(page.getByRole('main'), email))
  }
  expect(seen[0]).toBe(seen[1])
  expect(await deployment.mail.untilMail(person.email, 2)).toContain('already have an account')
  expect(await deployment.mail.untilMail(stranger)).toContain('confirm that this mailbox')

  await page.goto(await readLink(deployment, person.email, 2))
  await signIn(page, person.email, password)
  await expect(findAlert(page)).toContainText('do not go together')
  await signIn(page, person.email, person.password)
  await page.waitForURL('/dashboard')
})

test('a forgotten password is replaced by mail, and nobody learns who has an account', async ({
  page,
  newPage,
  signUp,
  deployment,
}) => {
  const device = await newPage()
  const person = await signUp(device)
  const stranger = `${randomUUID()}@example.com`
  const seen: string[] = []
  for (const email of [stranger, person.email]) {
    await page.goto('/forgot-password')
    await untilTakenOver(page)
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('E-mail').press('Enter')
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused()
    seen.push(await readWithout(page.getByRole('main'), email))
  }
  expect(seen[0]).toBe(seen[1])
  const link = await readLink(deployment, person.email, 2)
  // Asked for first, it would have come first.
  expect(deployment.mail.mailTo(stranger)).toEqual([])

  await page.goto(link)
  await untilInteractive(page)
  await page.getByLabel('New password', { exact: true }).fill('umbrella quartz violin')
  await page.getByRole('button', { name: 'Keep this password' }).click()
  await expect(page.getByRole('heading', { name: 'Your new password is set' })).toBeFocused()
  expect((await device.request.get('/api/auth/token')).status()).toBe(401)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, person.email, 'umbrella quartz violin')
  await page.waitForURL('/dashboard')
  await page.goto(link)
  await expect(
    page.getByRole('heading', { name: 'This link does not work any more' }),
  ).toBeVisible()
})

test('another address counts once the link sent there was opened, and a taken one looks the same', async ({
  page,
  newPage,
  signUp,
  deployment,
  expectAccessible,
}) => {
  const other = await signUp(await newPage())
  const person = await signUp(page)
  const wanted = `${randomUUID()}@example.com`
  await openAccount(page)
  const card = page.getByRole('region', { name: 'Which address is yours?' })
  const seen: string[] = []
  for (const email of [other.email, wanted]) {
    await card.getByRole('textbox', { name: 'New e-mail' }).fill(email)
    await card.getByLabel('Your password', { exact: true }).fill(person.password)
    await card.getByRole('button', { name: 'Change the address' }).click()
    await expect(card.getByText(`A message is on its way to ${email}.`)).toBeVisible()
    seen.push(await readWithout(card, email))
  }
  expect(seen[0]).toBe(seen[1])
  await expectAccessible(page)
  const told = await deployment.mail.untilMail(person.email, 3)
  expect(told).toContain('Your e-mail address is about to change')
  expect(deployment.mail.mailTo(other.email)).toHaveLength(1)

  await page.reload()
  await expect(page.getByText(`Signed in as ${person.email}`)).toBeVisible()
  await page.goto(await readLink(deployment, wanted))
  await expect(page.getByText('Your new address is confirmed.')).toBeVisible()
  await expect(page.getByText(`Signed in as ${wanted}`)).toBeVisible()
  await page.goto(await readLink(deployment, wanted))
  await expect(page.getByText('That link does not work any more.')).toBeVisible()
  await expectAccessible(page)
})

test('while no mail can be sent that is said, what was typed is kept, and then it works again', async ({
  page,
  deployment,
  expectAccessible,
  watch,
}) => {
  watch.allow(/status of 503 /)
  const person = await makeAccount(page, deployment)
  await deployment.mail.pause()
  // The system looks now and then while somebody asks for mail, whoever that is.
  await expect(async () => {
    const answer = await page.request.post('/api/auth/request-password-reset', {
      data: { email: `${randomUUID()}@example.com` },
      headers: { origin: deployment.url, ...fromElsewhere() },
    })
    expect(answer.status()).toBe(503)
  }).toPass()
  const email = page.getByLabel('E-mail')
  await page.goto('/forgot-password')
  await untilTakenOver(page)
  await email.fill(person.email)
  await email.press('Enter')
  await expect(findAlert(page)).toContainText('No mail can be sent at the moment')
  await expect(email).toHaveValue(person.email)
  await expectAccessible(page)
  await deployment.mail.resume()
  await email.press('Enter')
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused()
  expect(await deployment.mail.untilMail(person.email, 2)).toContain('Choose a new password')
})

const password = 'grey coat, third hook'

async function fillSignUp(page: Page, email: string, path = '/sign-up'): Promise<void> {
  await page.goto(path)
  await untilInteractive(page)
  await page.getByLabel('Name').fill('Test Person')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Make the account' }).click()
}

/** What it says, but for the address. */
async function readWithout(part: Locator, email: string): Promise<string> {
  const text = (await part.textContent()) ?? ''
  expect(text).toContain(email)
  return text.replaceAll(email, '')
}
