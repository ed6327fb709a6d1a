/** A page whose session has ended, wherever that was done, takes the list away and keeps what was typed. */

import type { Page } from '@playwright/test'
import { openAccount, signInAs } from './_account.js'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, openDashboard, openEditor, row, untilSaved } from './_tasks.js'

/** The device of somebody who signs out every other one. */
async function endElsewhere(page: Page): Promise<void> {
  await openAccount(page)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByText('Signed out everywhere else.')).toBeVisible()
}

test('an idle tab takes the list away within five seconds of the end of its session', async ({
  page,
  newPage,
  signUp,
  watch,
  expectAccessible,
}) => {
  // The token that is still in memory is tried once more.
  watch.allow(/401 \(UNAUTHORIZED\)/i)
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const other = await newPage()
  await signInAs(other, person)
  await endElsewhere(other)

  await expect(page.getByText('Your tasks are put away')).toBeVisible({ timeout: 5_000 })
  await expect(page.getByText('Buy stamps')).toHaveCount(0)
  const dialog = page.getByRole('dialog', { name: 'You were signed out' })
  // Nothing was typed, so no draft is spoken of.
  await expect(dialog).toHaveAccessibleDescription('Sign in to go on where you were.')
  await expectAccessible(page)
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await dialog.getByRole('button', { name: 'Sign in and go on' }).click()
  await expect(row(page, 'Buy stamps')).toBeVisible()
  await untilSaved(page, 'POST', () => addTask(page, 'Go on as before'))
})

test('somebody who is typing keeps the task under their fingers, and nothing else of the list', async ({
  page,
  newPage,
  signUp,
  watch,
}) => {
  // The token that is still in memory is tried once more.
  watch.allow(/401 \(UNAUTHORIZED\)/i)
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await untilSaved(page, 'POST', () => addTask(page, 'Return the books'))
  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Notes').pressSequentially('The ones with ')
  const other = await newPage()
  await signInAs(other, person)
  await endElsewhere(other)

  await expect(page.getByText('Return the books')).toHaveCount(0)
  await expect(page.getByRole('status').filter({ hasText: 'You were signed out.' })).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.type('birds.')
  await expect(editor.getByLabel('Notes')).toHaveValue('The ones with birds.')
  await editor.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'You were signed out' })
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await untilSaved(page, 'PATCH', () =>
    dialog.getByRole('button', { name: 'Sign in and go on' }).click(),
  )
  await expect(row(page, 'Return the books')).toBeVisible()
})

test('signing out in one tab takes the list away in the other', async ({ page, signUp }) => {
  await signUp(page, 'Margit')
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const second = await page.context().newPage()
  await openDashboard(second)
  await expect(row(second, 'Buy stamps')).toBeVisible()
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
  await expect(second.getByText('Buy stamps')).toHaveCount(0)
})

test('a tab behind others asks nothing, and whether it may show anything before it does', async ({
  page,
  newPage,
  signUp,
  watch,
}) => {
  // The token that is still in memory is tried once more.
  watch.allow(/401 \(UNAUTHORIZED\)/i)
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await setVisible(page, false)
  await expect(page.getByRole('main')).toHaveCSS('opacity', '0')
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const other = await newPage()
  await signInAs(other, person)
  await endElsewhere(other)
  expect(asked).toEqual([])

  let letGo = () => {}
  const released = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route('**/api/session', async (route) => {
    await released
    await route.continue()
  })
  await setVisible(page, true)
  await expect(page.getByRole('main')).toHaveCSS('opacity', '0')
  letGo()
  await expect(page.getByText('Your tasks are put away')).toBeVisible()
  await expect(page.getByText('Buy stamps')).toHaveCount(0)
})

test('a task that is added, changed or deleted in one tab is so in the others at once', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  await openDashboard(page)
  const second = await page.context().newPage()
  const answer = (pattern: RegExp) =>
    second.waitForResponse(
      (response) => response.request().method() === 'GET' && pattern.test(response.url()),
    )
  const known = Promise.all([answer(/\/api\/me\/tasks\?/), answer(/\/api\/me\/tasks\/counts\?/)])
  await openDashboard(second)
  await known
  const asked: string[] = []
  second.on('request', (request) => {
    if (request.url().startsWith(apiURL)) asked.push(request.method())
  })
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await expect(row(second, 'Buy stamps')).toBeVisible()
  asked.length = 0
  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Title').fill('Buy twenty stamps')
  await editor.getByRole('button', { name: 'Save' }).click()
  await expect(row(second, 'Buy twenty stamps')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Complete Buy twenty stamps' }).click()
  await expect(second.getByText('Buy twenty stamps')).toHaveCount(0)
  // It was told, and did not ask.
  expect(asked).toEqual([])
})

test('a page that is come back to asks anew for what is older than two seconds', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  await openDashboard(page)
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'From another device' })
  await expect(async () => {
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await expect(row(page, 'From another device')).toBeVisible({ timeout: 500 })
  }).toPass()
  const navigation = page.getByRole('navigation')
  await expect(navigation.getByRole('link', { name: 'Open' })).toContainText('1')
})

for (const [name, path, content] of [
  ['account', '/account', 'Your account'],
  ['inspector', '/inspector', 'You are signed in'],
] as const) {
  test(`the ${name} page takes its contents away within five seconds of the end of its session`, async ({
    page,
    newPage,
    signUp,
    watch,
  }) => {
    watch.allow(/401 \(UNAUTHORIZED\)/i)
    const person = await signUp(page)
    const held = page.waitForRequest(/\/api\/session\?wait/)
    await page.goto(path)
    await expect(page.getByText(content).first()).toBeVisible()
    await held
    const other = await newPage()
    await signInAs(other, person)
    await endElsewhere(other)
    await expect(page.getByText(content)).toHaveCount(0, { timeout: 5_000 })
    await page.waitForURL(`/sign-in?next=${encodeURIComponent(path)}`)
  })
}

test('a changed password replaces the session of its own page, which stays', async ({
  page,
  signUp,
}) => {
  const { password } = await signUp(page)
  const held = page.waitForRequest(/\/api\/session\?wait/)
  await openAccount(page)
  await held
  const card = page.getByRole('region', { name: 'Change your password' })
  await card.getByLabel('Current password', { exact: true }).fill(password)
  await card.getByLabel('New password', { exact: true }).fill('grey coat, third hook')
  const heldAgain = page.waitForRequest(/\/api\/session\?wait/)
  await card.getByRole('button', { name: 'Change the password' }).click()
  await expect(card.getByText('Your password is changed.')).toBeVisible()
  await heldAgain
  await expect(page).toHaveURL('/account')
  await expect(page.getByRole('heading', { level: 1, name: 'Your account' })).toBeVisible()
})

/** As the browser does it to a tab that goes behind another one. */
async function setVisible(page: Page, isVisible: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    isVisible ? 'visible' : 'hidden',
  )
}
