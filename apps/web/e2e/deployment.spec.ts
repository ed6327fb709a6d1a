/** A system as it is deployed, in a real browser: confirmed addresses, real mail, limits, an API that goes away. */

import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import pg from 'pg'
import { openAccount, signInAs, untilInteractive } from './_account.js'
import { expect, fromElsewhere, makeAccount, readLink, test } from './_deployed.js'
import { addTask, openDashboard, readToken, row, untilSaved } from './_tasks.js'

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
  await expect(alert(early)).toContainText('This address is not confirmed yet.')
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
  await expect(alert(page)).toContainText('do not go together')
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
  // The first message that cannot be sent is how the system finds out.
  await expect(async () => {
    const answer = await page.request.post('/api/auth/request-password-reset', {
      data: { email: person.email },
      headers: { origin: deployment.url, ...fromElsewhere() },
    })
    expect(answer.status()).toBe(503)
  }).toPass()
  const email = page.getByLabel('E-mail')
  await page.goto('/forgot-password')
  await email.fill(person.email)
  await email.press('Enter')
  await expect(alert(page)).toContainText('No mail can be sent at the moment')
  await expect(email).toHaveValue(person.email)
  await expectAccessible(page)
  await deployment.mail.resume()
  await email.press('Enter')
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeFocused()
  expect(await deployment.mail.untilMail(person.email, 2)).toContain('Choose a new password')
})

test('too many wrong passwords: the page says how long, and what was typed is kept', async ({
  page,
  deployment,
  expectAccessible,
  watch,
}) => {
  watch.allow(/status of 4(01|29) /)
  const person = await makeAccount(page, deployment)
  for (let count = 0; count < 20; count += 1) {
    const answer = await page.request.post('/api/auth/sign-in/email', {
      data: { email: person.email, password: 'not the password' },
      headers: { origin: deployment.url, ...fromElsewhere() },
    })
    expect(answer.status()).toBe(401)
  }
  await page.goto('/sign-in')
  await signIn(page, person.email, 'not the password either')
  await expect(alert(page)).toHaveText(
    /^Too many attempts\. Try again in \d+ (seconds?|minutes)\.$/,
  )
  await expect(page.getByLabel('E-mail')).toHaveValue(person.email)
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('not the password either')
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }
})

test('there is no inspector unless somebody switched it on', async ({
  page,
  signUp,
  deployment,
  watch,
}) => {
  watch.allow(/status of 404 /)
  await signUp(page)
  const answer = await page.goto('/inspector')
  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'There is no page here' })).toBeVisible()
  const inspection = await page.request.get(`${deployment.apiUrl}/api/me/inspection`, {
    headers: { authorization: `Bearer ${await readToken(page.request)}` },
  })
  expect(inspection.status()).toBe(404)
  await openAccount(page)
  await expect(page.getByRole('link', { name: 'Open the inspector' })).toHaveCount(0)
})

test('more devices than a page lists: it says so, and signs every one of them out', async ({
  page,
  signUp,
  newPage,
  deployment,
  expectAccessible,
}) => {
  const person = await signUp(page)
  const oldest = await newPage()
  await signInAs(oldest, person)
  // As if somebody had signed in once an hour for three days, yesterday at the latest.
  await query(
    deployment.authDatabase,
    `insert into claimcheck_auth.session
       (id, token, "userId", "userAgent", "createdAt", "updatedAt", "expiresAt")
     select md5(random()::text), md5(random()::text), $1, 'curl/8', at, at, now() + interval '1 day'
     from generate_series(now() - interval '4 days', now() - interval '1 day', '1 hour') as at`,
    [person.id],
  )
  await openAccount(page)
  const card = page.getByRole('region', { name: 'Where you are signed in' })
  await expect(card.getByRole('listitem')).toHaveCount(50)
  await expect(card.getByText('These are 50 of 75')).toBeVisible()
  await expect(card.getByRole('listitem').first()).toContainText('This device')
  await expect(card.getByRole('listitem').nth(1)).toContainText('Used within the last hour')
  await expect(card.getByRole('listitem').nth(2)).toContainText(/Last used yesterday at \d\d:\d\d/)
  await expectAccessible(page)
  await card.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(card.getByText('You are signed in nowhere else.')).toBeVisible()
  expect((await oldest.request.get('/api/auth/token')).status()).toBe(401)
})

test('the API goes down and comes back: nothing is lost, and nobody is signed out', async ({
  page,
  signUp,
  deployment,
  watch,
}) => {
  await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Before'))
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|503/)
  await deployment.stopApi()
  await addTask(page, 'During the outage')
  const banner = page.getByRole('status').filter({ hasText: 'can’t be reached' })
  await expect(banner).toContainText('1 change is waiting to be saved.')
  await expect(page.getByRole('dialog', { name: 'You were signed out' })).toHaveCount(0)
  // Other pages do not need the API, and still know who is signed in.
  const other = await page.context().newPage()
  await openAccount(other)

  await deployment.startApi()
  await untilSaved(page, 'POST', async () => {
    const button = banner.getByRole('button', { name: 'Try now' })
    // It may have tried by itself.
    if (await button.isVisible()) await button.click()
  })
  await expect(banner).toHaveCount(0)
  await page.reload()
  await expect(row(page, 'During the outage')).toBeVisible()
})

test('a deleted account takes what every tab keeps with it, and its tasks within a minute', async ({
  page,
  signUp,
  deployment,
  expectAccessible,
  watch,
}) => {
  test.setTimeout(120_000)
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  expect(await countTasks(deployment.tasksDatabase, person.id)).toBe(1)
  await page.getByLabel('New task').fill('A draft in one tab')
  const [left, settings, deleting] = [
    await page.context().newPage(),
    await page.context().newPage(),
    await page.context().newPage(),
  ]
  await openDashboard(left)
  await left.getByLabel('New task').fill('A draft in a tab that went elsewhere')
  await left.goto('/')
  expect(await readStorage(left)).toContain('A draft in a tab that went elsewhere')
  await openAccount(settings)

  await deleting.goto('/account/delete')
  await untilInteractive(deleting)
  await deleting.getByLabel('Your password', { exact: true }).fill(person.password)
  await deleting.getByRole('button', { name: 'Delete the account for good' }).click()
  await expect(deleting.getByRole('heading', { name: 'Your account is deleted' })).toBeFocused()

  for (const tab of [page, settings]) {
    await tab.waitForURL('/sign-in?deleted')
    await expect(tab.getByText('Your account was deleted in another tab.')).toBeVisible()
    await expectAccessible(tab)
  }
  for (const tab of [page, left, settings, deleting]) {
    await expect.poll(() => readStorage(tab)).not.toContain('draft')
    expect(await readStorage(tab)).not.toContain(person.id)
  }
  await page.goBack()
  await expect(page.getByText('Buy stamps')).toHaveCount(0)
  expect((await signInAs(page, person)).status()).toBe(401)
  watch.allow(/status of 401 /)
  await expect
    .poll(() => countTasks(deployment.tasksDatabase, person.id), {
      timeout: 60_000,
      intervals: [1_000],
    })
    .toBe(0)
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

async function signIn(page: Page, email: string, secret: string): Promise<void> {
  await untilInteractive(page)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

function alert(page: Page): Locator {
  return page.getByRole('main').getByRole('alert')
}

/** What it says, but for the address. */
async function readWithout(part: Locator, email: string): Promise<string> {
  const text = (await part.textContent()) ?? ''
  expect(text).toContain(email)
  return text.replaceAll(email, '')
}

function readStorage(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
}

/** The rows of one person, as the person: row-level security hides them from everybody else. */
async function countTasks(database: string, userId: string): Promise<number> {
  const as = new URL(database)
  as.searchParams.set('options', `-c app.user_id=${userId}`)
  const count = 'select count(*)::int as count from claimcheck_tasks.tasks'
  const [row] = await query(as.href, count)
  return Number(row?.count)
}

async function query(
  database: string,
  text: string,
  values: readonly string[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    return (await client.query(text, [...values])).rows
  } finally {
    await client.end()
  }
}
