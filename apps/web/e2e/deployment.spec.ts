/** A system as it is deployed, in a real browser: limits, many devices, an API that goes away, an account that does. */

import type { Page } from '@playwright/test'
import pg from 'pg'
import { findAlert, openAccount, signIn, signInAs, untilInteractive } from './_account.js'
import { expect, makeAccount, test } from './_deployed.js'
import { addTask, openDashboard, readToken, row, untilNothingPends, untilSaved } from './_tasks.js'

// One worker, one system.
test.describe.configure({ mode: 'default' })

const themes = ['light', 'dark'] as const

test('too many wrong passwords: the page says how long, and what was typed is kept', async ({
  page,
  deployment,
  expectAccessible,
  watch,
}) => {
  watch.allow(/status of 4(01|29) /)
  const person = await makeAccount(page, deployment)
  await page.goto('/sign-in')
  for (let count = 0; count < 10; count += 1) {
    // From the address of the page itself: elsewhere, ten more would be allowed.
    const status = await page.evaluate(
      async (email) =>
        (
          await fetch('/api/auth/sign-in/email', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ email, password: 'not the password' }),
          })
        ).status,
      person.email,
    )
    expect(status).toBe(401)
  }
  await signIn(page, person.email, 'not the password either')
  await expect(findAlert(page)).toHaveText(
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
  // In one step, because the page may try by itself, and then there is nothing to press.
  await banner
    .getByRole('button', { name: 'Try now' })
    .evaluateAll((found) => found.forEach((button) => void (button as HTMLElement).click()))
  await expect(banner).toHaveCount(0)
  await untilNothingPends(page)
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
