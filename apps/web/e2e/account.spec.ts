/** The account page in a real browser: name, address, password, devices, export, deletion. */

import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import {
  findAlert,
  openAccount,
  receiveMail,
  signIn,
  signInAs,
  untilInteractive,
  untilRefused,
} from './_account.js'
import { expect, test } from './_fixtures.js'
import { addThroughApi, callApi, readToken } from './_tasks.js'

const themes = ['light', 'dark'] as const

for (const colorScheme of themes) {
  test(`nothing on the account pages bars anybody, in ${colorScheme}`, async ({
    page,
    signUp,
    expectAccessible,
  }) => {
    test.slow()
    const { password } = await signUp(page)
    await page.emulateMedia({ colorScheme })
    await openAccount(page)
    await page.getByRole('button', { name: 'Save the name' }).click()
    await page.getByRole('button', { name: 'Change the password' }).click()
    await expect(page.getByText('Enter your password.')).toBeVisible()
    await expectAccessible(page)
    await page.goto('/account/delete')
    await untilInteractive(page)
    const submit = page.getByRole('button', { name: 'Delete the account for good' })
    await submit.click()
    await expect(page.getByText('Enter your password.')).toBeVisible()
    await expectAccessible(page)
    await page.getByLabel('Your password', { exact: true }).fill(password)
    await submit.click()
    await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeFocused()
    await expectAccessible(page)
  })
}

test('the account page is for whoever is signed in, and leads back to itself', async ({
  page,
  signUp,
}) => {
  const person = await signUp(page)
  await page.context().clearCookies()
  await page.goto('/account')
  await signIn(page, person.email, person.password)
  await page.waitForURL('/account')
})

test('the menu of the dashboard leads here, by keyboard alone', async ({ page, signUp }) => {
  await signUp(page, 'Margit')
  await page.goto('/dashboard')
  await page.getByRole('button', { name: 'Account: Margit' }).press('ArrowDown')
  const link = page.getByRole('menuitem', { name: 'Account settings' })
  await expect(link).toBeVisible()
  await link.press('Enter')
  await page.waitForURL('/account')
})

test('a name is changed, and kept as typed when it cannot be', async ({ page, signUp }) => {
  await signUp(page, 'Margit')
  await openAccount(page)
  const name = page.getByRole('textbox', { name: 'Name' })
  await expect(name).toHaveValue('Margit')
  await name.fill('  ')
  await name.press('Enter')
  await expect(page.getByText('Tell us what to call you.')).toBeVisible()
  await expect(name).toBeFocused()
  await name.fill('Margit Amsel')
  await name.press('Enter')
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.goto('/dashboard')
  await expect(page.getByRole('button', { name: 'Account: Margit Amsel' })).toBeVisible()
})

test('an address is changed for the password alone, and the old one is told', async ({
  page,
  signUp,
  newPage,
  watch,
}) => {
  // Each password takes its turn at being hashed.
  test.slow()
  const person = await signUp(page)
  const other = await signUp(await newPage())
  watch.allow(/status of 400 /)
  await openAccount(page)
  const card = page.getByRole('region', { name: 'Which address is yours?' })
  const address = card.getByRole('textbox', { name: 'New e-mail' })
  const password = card.getByLabel('Your password', { exact: true })
  const submit = card.getByRole('button', { name: 'Change the address' })

  const wanted = `new-${person.email}`
  await address.fill(wanted)
  await password.fill('not the password')
  await submit.click()
  await expect(card.getByText('That password is not right.')).toBeVisible()
  await expect(address).toHaveValue(wanted)
  await expect(password).toHaveValue('not the password')

  await address.fill(other.email)
  await password.fill(person.password)
  await submit.click()
  await expect(card.getByText('There may be another account with it.')).toBeVisible()

  await address.fill(wanted)
  await password.fill(person.password)
  await submit.click()
  await expect(card.getByText(`Your address is ${wanted} from now on.`)).toBeVisible()
  await expect(page.getByText(`Signed in as ${wanted}`)).toBeVisible()
  const told = await receiveMail(page, person.email, 'Your e-mail address was changed')
  expect(told).toContain('It has been changed.')
  expect(told).not.toContain('once that mailbox is confirmed')
  expect((await signInAs(await newPage(), { ...person, email: wanted })).status()).toBe(200)
})

test('a changed password signs every other device out and keeps this one', async ({
  page,
  signUp,
  newPage,
  apiURL,
  watch,
}) => {
  // Each password takes its turn at being hashed.
  test.slow()
  const person = await signUp(page)
  const other = await newPage()
  await signInAs(other, person)
  const oldToken = await readToken(other.request)
  watch.allow(/status of 40[01] /)
  await openAccount(page)
  const card = page.getByRole('region', { name: 'Change your password' })
  const current = card.getByLabel('Current password', { exact: true })
  const next = card.getByLabel('New password', { exact: true })
  await expect(current).toHaveAttribute('autocomplete', 'current-password')
  await expect(next).toHaveAttribute('autocomplete', 'new-password')

  await current.fill('not the password')
  await next.fill('umbrella quartz violin')
  await expect(card.getByText('Hard to guess')).toBeVisible()
  await card.getByRole('button', { name: 'Change the password' }).click()
  await expect(card.getByText('That password is not right.')).toBeVisible()
  await expect(next).toHaveValue('umbrella quartz violin')

  await current.fill(person.password)
  await card.getByRole('button', { name: 'Change the password' }).click()
  await expect(card.getByText('Your password is changed.')).toBeVisible()
  await untilRefused(page, apiURL, oldToken)
  expect((await other.request.get('/api/auth/token')).status()).toBe(401)
  await callApi(page, apiURL, 'GET', '/api/me/tasks')
  const again = await newPage()
  expect((await signInAs(again, person)).status()).toBe(401)
  const changed = { ...person, password: 'umbrella quartz violin' }
  expect((await signInAs(again, changed)).status()).toBe(200)
})

test('a device is signed out from another one, and refused by the API', async ({
  page,
  signUp,
  newPage,
  apiURL,
}) => {
  // Each password takes its turn at being hashed.
  test.slow()
  const person = await signUp(page)
  const [second, third] = [await newPage(), await newPage()]
  await signInAs(second, person)
  await signInAs(third, person)
  const secondToken = await readToken(second.request)
  const thirdToken = await readToken(third.request)
  await openAccount(page)
  const card = page.getByRole('region', { name: 'Where you are signed in' })
  await expect(card.getByRole('listitem')).toHaveCount(3)
  await expect(card.getByText('This device')).toHaveCount(1)
  await expect(card.getByRole('listitem').first()).toContainText(/Signed in today at \d\d:\d\d/)

  // The page names sessions, and holds nothing that opens one.
  const source = await page.content()
  for (const context of [page, second, third].map((device) => device.context())) {
    for (const { name, value } of await context.cookies()) {
      if (!name.includes('session_token')) continue
      expect(source).not.toContain(decodeURIComponent(value).split('.')[0])
    }
  }

  // The newest comes first.
  await card
    .getByRole('button', { name: /^Sign out .+, Signed in today/ })
    .first()
    .click()
  await expect(card.getByText('That device loses access within two seconds.')).toBeVisible()
  await untilRefused(page, apiURL, thirdToken)
  await expect(card.getByRole('listitem')).toHaveCount(2)
  await callApi(second, apiURL, 'GET', '/api/me/tasks')

  await card.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(
    card.getByText('Signed out everywhere else. Other devices lose access within two seconds.'),
  ).toBeVisible()
  await untilRefused(page, apiURL, secondToken)
  await expect(card.getByRole('listitem')).toHaveCount(1)
  await expect(card.getByText('You are signed in nowhere else.')).toBeVisible()
  await callApi(page, apiURL, 'GET', '/api/me/tasks')
})

test('nobody signs out somebody else’s device, nor without a session', async ({
  page,
  signUp,
  newPage,
}) => {
  // Each password takes its turn at being hashed.
  test.slow()
  const person = await signUp(page, 'Alice')
  const second = await newPage()
  await signInAs(second, person)
  const stranger = await newPage()
  const bob = await signUp(stranger, 'Bob')
  await signInAs(stranger, bob)
  await openAccount(page)
  const id = await page.locator('input[name=device]').first().getAttribute('value')
  await openAccount(stranger)
  await stranger
    .locator('input[name=device]')
    .first()
    .evaluate((input, value) => {
      if (input instanceof HTMLInputElement) input.value = value ?? ''
    }, id)
  const before = await stranger.getByRole('listitem').count()
  await stranger
    .getByRole('button', { name: /^Sign out .+, Signed in/ })
    .first()
    .click()
  await expect(stranger.getByText('That device was signed out already.')).toBeVisible()
  expect(await stranger.getByRole('listitem').count()).toBe(before)
  expect((await second.request.get('/api/auth/token')).status()).toBe(200)

  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await page.waitForURL(/\/sign-in/)
  expect((await second.request.get('/api/auth/token')).status()).toBe(200)
})

test('everything is exported: every page of tasks, and the trash', async ({
  page,
  signUp,
  apiURL,
}) => {
  const person = await signUp(page)
  const titles = Array.from({ length: 60 }, (_, index) => ({ title: `Task ${index}` }))
  await addThroughApi(page, apiURL, titles)
  const trashed = { title: 'Say "no", and mean it', notes: 'one\ntwo' }
  const { id } = await callApi(page, apiURL, 'POST', '/api/me/tasks', trashed)
  await callApi(page, apiURL, 'DELETE', `/api/me/tasks/${id}`)
  await openAccount(page)

  const json = JSON.parse(await download(page, 'Download as JSON', /^claimcheck-tasks-.+\.json$/))
  await expect(page.getByText('Downloaded 61 tasks.')).toBeVisible()
  expect(json.account).toEqual({ name: person.name, email: person.email })
  expect(json.tasks).toHaveLength(61)
  expect(json.tasks.at(-1)).toMatchObject({ id, ...trashed, deletedAt: expect.any(String) })

  const csv = await download(page, 'Download as CSV', /^claimcheck-tasks-.+\.csv$/)
  expect(csv.startsWith('\uFEFFid,title,notes,')).toBe(true)
  expect(csv).toContain(`${id},"Say ""no"", and mean it","one\ntwo",false`)
  expect(csv.match(/\r\n/g)).toHaveLength(62)
})

test('an export rides out a hiccup of sign-in, and says how long a crowd takes', async ({
  page,
  signUp,
  apiURL,
  watch,
}) => {
  watch.allow(/503 \(Service Unavailable\)/)
  await signUp(page)
  await addThroughApi(page, apiURL, [{ title: 'The only one' }])
  await openAccount(page)
  const answers: object[] = [{ code: 'SERVICE_UNAVAILABLE' }]
  await page.route('**/api/auth/token', async (route) => {
    const answer = answers.shift()
    if (!answer) return route.fallback()
    await route.fulfill({ status: 503, json: answer })
  })
  await download(page, 'Download as JSON', /\.json$/)
  await expect(page.getByText('Downloaded 1 task.')).toBeVisible()
  expect(answers).toEqual([])

  await openAccount(page)
  answers.push({ code: 'CROWDED', retryAfter: 20 })
  await page.getByRole('button', { name: 'Download as JSON' }).click()
  await expect(findAlert(page)).toContainText('Try again in 20 seconds.')
})

test('a deleted account leaves a receipt, and nothing that works', async ({
  page,
  signUp,
  newPage,
  apiURL,
  expectAccessible,
  watch,
}) => {
  const person = await signUp(page)
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Gone soon' })
  const other = await newPage()
  await signInAs(other, person)
  const tokens = [await readToken(page.request), await readToken(other.request)]
  watch.allow(/status of 400 /)
  await openAccount(page)
  await page.getByRole('link', { name: 'Delete the account' }).click()
  await expect(page.getByText('Within a minute')).toBeVisible()
  await untilInteractive(page)
  const password = page.getByLabel('Your password', { exact: true })
  await password.fill('not the password')
  await page.getByRole('button', { name: 'Delete the account for good' }).click()
  await expect(page.getByText('That password is not right.')).toBeVisible()
  await password.fill(person.password)
  await page.getByRole('button', { name: 'Delete the account for good' }).click()

  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeFocused()
  await expect(page.getByRole('region', { name: 'Receipt' })).toContainText(person.email)
  await expect(page.getByRole('link', { name: 'Back to your tasks' })).toHaveCount(0)
  await expect(page).toHaveTitle('Your account is deleted · Claimcheck')
  await expectAccessible(page)
  const stub = await page.getByRole('region', { name: 'Receipt' }).textContent()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Your account is deleted' })).toBeVisible()
  expect(await page.getByRole('region', { name: 'Receipt' }).textContent()).toBe(stub)
  await expect(page).toHaveTitle('Your account is deleted · Claimcheck')
  // Another tab knows nothing of it.
  await other.goto('/account-deleted')
  await expect(other.getByRole('heading', { name: 'There is no receipt here' })).toBeVisible()
  for (const token of tokens) await untilRefused(page, apiURL, token)
  expect((await other.request.get('/api/auth/token')).status()).toBe(401)
  expect((await signInAs(other, person)).status()).toBe(401)
  await page.goto('/account')
  await page.waitForURL(/\/sign-in/)
})

async function download(page: Page, button: string, name: RegExp): Promise<string> {
  const started = page.waitForEvent('download')
  await page.getByRole('button', { name: button }).click()
  const file = await started
  expect(file.suggestedFilename()).toMatch(name)
  return readFile(await file.path(), 'utf8')
}
