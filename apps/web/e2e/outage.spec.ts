/** The server behind the pages fails: the page says so, signs nobody out, and works again by itself. */

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { openAccount, signInAs } from './_account.js'
import { expect, test } from './_deployed.js'
import { addTask, openDashboard, row } from './_tasks.js'

// One worker, one system.
test.describe.configure({ mode: 'default' })

test('the database goes away: the page says that it failed, and trying again helps', async ({
  page,
  signUp,
  deployment,
  expectAccessible,
  watch,
}) => {
  watch.allow(/500 \(Internal Server Error\)|503 \(Service Unavailable\)|ERR_CONNECTION_REFUSED/)
  // How React says that the server could not draw the page.
  watch.allow(/Minified React error #441/)
  await signUp(page)
  await page.goto('/dashboard')
  await expect(page.getByRole('heading', { level: 1, name: 'Open' })).toBeVisible()

  await deployment.stopDatabases()
  const answer = await page.goto('/dashboard')
  expect(answer?.status()).toBe(500)
  const failed = page.getByRole('heading', { level: 1, name: 'This page could not be shown' })
  await expect(failed).toBeVisible()
  await expect(page).toHaveTitle('This page could not be shown · Claimcheck')
  await expect(page.getByText('Nothing you saved is lost.')).toBeVisible()
  // A reference to the log, and nothing of what stands there.
  const mention = page.getByText(/If you report it, mention \d+\./)
  await expect(mention).toBeVisible()
  const shown = (await mention.textContent()) ?? ''
  expect(await page.content()).not.toMatch(/postgres|ECONNREFUSED|claimcheck_auth/i)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expectAccessible(page)
  }

  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(failed).toBeVisible()

  await deployment.startDatabases()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Open' })).toBeVisible()
  await expect(page).toHaveURL('/dashboard')

  const lines = await deployment.readWebLog()
  const [reference = ''] = shown.match(/\d+/) ?? []
  expect(lines.filter((line) => !line.startsWith('{"level":'))).toEqual([])
  expect(lines.join('\n')).toContain(`"digest":"${reference}"`)
  expect(lines.join('\n')).not.toContain('uncaughtException')
})

test('the database hangs: dashboard and account say that they failed, and trying again helps', async ({
  page,
  signUp,
  deployment,
  watch,
}) => {
  test.skip(process.platform === 'win32', 'Nothing there has a process hang.')
  watch.allow(/500 \(Internal Server Error\)|503 \(Service Unavailable\)/)
  // How React says that the server could not draw the page.
  watch.allow(/Minified React error #441/)
  await signUp(page)
  const failed = page.getByRole('heading', { level: 1, name: 'This page could not be shown' })
  for (const [path, title] of [
    ['/dashboard', 'Open'],
    ['/account', 'Your account'],
  ] as const) {
    const shown = page.getByRole('heading', { level: 1, name: title })
    await page.goto(path)
    await expect(shown).toBeVisible()
    const goOn = await deployment.holdDatabases()
    try {
      expect((await page.goto(path))?.status()).toBe(500)
      await expect(failed).toBeVisible()
      await expect(page.getByText('Nothing you saved is lost.')).toBeVisible()
    } finally {
      goOn()
    }
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(shown).toBeVisible()
    await expect(page).toHaveURL(path)
  }
})

test('a part of the database hangs: the account page says what became of signing out', async ({
  page,
  newPage,
  signUp,
  deployment,
  watch,
}) => {
  watch.allow(/503 \(Service Unavailable\)/)
  const person = await signUp(page)
  const other = await newPage()
  await signInAs(other, person)
  await openAccount(page)
  const card = page.getByRole('region', { name: 'Where you are signed in' })
  const signOut = card.getByRole('button', { name: 'Sign out everywhere else' })
  for (const [table, sentence] of [
    ['session', 'Nobody was signed out'],
    ['revocation', 'some devices may still be signed in'],
  ] as const) {
    const goOn = await deployment.holdTable(table)
    try {
      await signOut.click()
      await expect(card.getByRole('alert')).toContainText(sentence)
    } finally {
      await goOn()
    }
    expect((await other.request.get('/api/auth/token')).status()).toBe(200)
  }

  // What cannot be written down about it is no reason to say that it has not happened.
  const goOn = await deployment.holdTable('account_event')
  try {
    await signOut.click()
    await expect(card.getByText('Signed out everywhere else.')).toBeVisible()
    await expect(card.getByRole('listitem')).toHaveCount(1)
    await expect(page.getByRole('region', { name: 'What happened lately' })).toContainText(
      'This could not be read just now.',
    )
  } finally {
    await goOn()
  }
  expect((await other.request.get('/api/auth/token')).status()).toBe(401)
})

test('the API is away from the start: what is added is on the page, and kept through a reload', async ({
  page,
  signUp,
  deployment,
  watch,
}) => {
  watch.allow(/ERR_CONNECTION_REFUSED/)
  await signUp(page)
  await deployment.stopApi()
  await openDashboard(page)
  const banner = page.getByRole('status').filter({ hasText: 'can’t be reached' })
  await expect(banner).toContainText('Nothing is lost.')
  await expect(page.getByText('This list was not open here before')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  await addTask(page, 'Buy stamps')
  await expect(banner).toContainText('1 change is waiting to be saved.')
  page.on('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await expect(row(page, 'Buy stamps')).toBeVisible()
  await deployment.startApi()
})

test('without scripts the form says why a task could not be added, and keeps what was typed', async ({
  page,
  signUp,
  browser,
  deployment,
}) => {
  await signUp(page)
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
    baseURL: deployment.url,
  })
  const plain = await context.newPage()
  await deployment.stopApi()
  const refusal = { status: 409, code: 'too_many_tasks' }
  const standIn = await refuseAll(new URL(deployment.apiUrl).port, refusal)
  try {
    await plain.goto('/dashboard')
    for (const [status, code, sentence] of [
      [409, 'too_many_tasks', 'are the most'],
      [429, 'rate_limited', 'a lot in a short time'],
      [422, 'validation_failed', 'Your text is still here; try again.'],
    ] as const) {
      Object.assign(refusal, { status, code })
      const field = plain.getByLabel('New task')
      await field.fill(`Refused with ${status}`)
      await plain.getByRole('button', { name: 'Add', exact: true }).click()
      await expect(plain.locator('form').getByRole('alert')).toContainText(sentence)
      await expect(field).toHaveValue(`Refused with ${status}`)
    }
  } finally {
    standIn.closeAllConnections()
    standIn.close()
    await deployment.startApi()
    await context.close()
  }
})

/** In the place of the API: says no to whatever is asked. */
async function refuseAll(
  port: string,
  refusal: { readonly status: number; readonly code: string },
): Promise<Server> {
  const server = createServer((_, response) => {
    const { status, code } = refusal
    response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '30' })
    response.end(JSON.stringify({ type: 'about:blank', title: 'No', status, code }))
  }).listen(Number(port))
  await once(server, 'listening')
  return server
}
