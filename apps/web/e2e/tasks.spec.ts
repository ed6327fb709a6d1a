/** The whole job: somebody signs up, keeps a list, comes back to it, and leaves. */

import { randomUUID } from 'node:crypto'
import { untilInteractive } from './_account.js'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, goToView, openDashboard, openEditor, row, untilSaved } from './_tasks.js'

test('story 1, SC-003: sign up, add, edit, complete, delete and undo, reload, sign out', async ({
  page,
}) => {
  await page.goto('/')
  await page.getByRole('link', { name: 'Make an account' }).click()
  await untilInteractive(page)
  await page.getByLabel('Name').fill('Margit Oster')
  await page.getByLabel('E-mail').fill(`${randomUUID()}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill('grey coat, third hook')
  await expect(page.getByText('Hard to guess')).toBeVisible()
  await page.getByRole('button', { name: 'Make the account' }).click()

  await page.waitForURL('/dashboard')
  await expect(page.getByText('Nothing open. Write down the next thing.')).toBeVisible()
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  await untilSaved(page, 'POST', () => addTask(page, 'Return the books'))
  await untilSaved(page, 'POST', () => addTask(page, 'Call the plumber'))

  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Title').fill('Buy twenty stamps')
  await editor.getByLabel('Notes').fill('The ones with birds.')
  await editor.getByRole('button', { name: 'Tomorrow' }).click()
  await editor.getByText('High').click()
  await untilSaved(page, 'PATCH', () => editor.getByRole('button', { name: 'Save' }).click())
  await expect(row(page, 'Buy twenty stamps')).toContainText('Tomorrow')
  await expect(row(page, 'Buy twenty stamps')).toContainText('High priority')

  const complete = page.getByRole('checkbox', { name: 'Complete Return the books' })
  await untilSaved(page, 'PATCH', () => complete.click())
  await expect(row(page, 'Return the books')).toHaveCount(0)

  const plumber = await openEditor(page, 'Call the plumber')
  await untilSaved(page, 'DELETE', () => plumber.getByRole('button', { name: 'Delete' }).click())
  await expect(row(page, 'Call the plumber')).toHaveCount(0)
  const removed = page.getByRole('dialog').filter({ hasText: 'to the trash' })
  await untilSaved(page, 'POST', () => removed.getByRole('button', { name: 'Undo' }).click())
  await expect(row(page, 'Call the plumber')).toBeVisible()

  await page.reload()
  await expect(row(page, 'Buy twenty stamps')).toContainText('Tomorrow')
  await expect(row(page, 'Call the plumber')).toBeVisible()
  await expect(row(page, 'Return the books')).toHaveCount(0)
  await goToView(page, 'Done')
  await expect(row(page, 'Return the books')).toContainText('Done today')
  await goToView(page, 'Upcoming')
  await expect(page).toHaveTitle('Upcoming · Claimcheck')
  await expect(page.getByRole('heading', { name: 'Tomorrow' })).toBeVisible()

  await page.getByRole('button', { name: 'Account: Margit Oster' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await page.goto('/dashboard')
  await page.waitForURL('/sign-in?next=%2Fdashboard')
})

test('undo reaches everything: adding, completing, editing, deleting, restoring', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  await openDashboard(page)
  await addTask(page, 'Water the tree')
  await addTask(page, 'Added by mistake')
  await page.keyboard.press('Escape')
  await page.keyboard.press('u')
  await expect(row(page, 'Added by mistake')).toHaveCount(0)

  await page.getByRole('checkbox', { name: 'Complete Water the tree' }).click()
  await expect(row(page, 'Water the tree')).toHaveCount(0)
  await page.keyboard.press('u')
  await expect(row(page, 'Water the tree')).toBeVisible()

  const editor = await openEditor(page, 'Water the tree')
  await editor.getByLabel('Title').fill('Water the lemon tree')
  await editor.getByLabel('Title').press('Enter')
  await expect(row(page, 'Water the lemon tree')).toBeVisible()
  await page.keyboard.press('u')
  await expect(row(page, 'Water the tree')).toBeVisible()

  await page.keyboard.press('j')
  await page.keyboard.press('d')
  await expect(row(page, 'Water the tree')).toHaveCount(0)
  await goToView(page, 'Trash')
  await page.getByRole('button', { name: 'Restore Water the tree' }).click()
  await expect(row(page, 'Water the tree')).toHaveCount(0)
  await untilSaved(page, 'DELETE', () => page.keyboard.press('u'))
  await expect(row(page, 'Water the tree')).toBeVisible()

  await goToView(page, 'Open')
  await expect(row(page, 'Water the tree')).toHaveCount(0)
})

test('a closed editor throws away what was typed only for as long as it can be undone', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  await openDashboard(page)
  await addTask(page, 'Write to Margit')
  const editor = await openEditor(page, 'Write to Margit')
  await editor.getByLabel('Notes').fill('About the train')
  await editor.getByLabel('Notes').press('Escape')
  await expect(editor).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(editor.getByLabel('Notes')).toHaveValue('About the train')

  await page.reload()
  await expect(row(page, 'Write to Margit')).toContainText('Not saved yet')
  await page.getByRole('button', { name: 'Edit Write to Margit' }).click()
  await expect(editor.getByLabel('Notes')).toHaveValue('About the train')
})

test('signing out asks first when something typed would be gone', async ({ page, signUp }) => {
  await signUp(page, 'Margit')
  await openDashboard(page)
  await page.getByLabel('New task').fill('Half a thought')
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const question = page.getByRole('dialog', { name: 'Sign out' })
  await expect(question).toContainText('1 change is not saved yet and would be gone.')
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByLabel('New task')).toHaveValue('Half a thought')
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await question.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('thought')
})

test('search, order and filter are in the address and survive a reload', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  for (const [title, priority] of [
    ['Buy ink', 3],
    ['Buy paper', 1],
    ['Sharpen pencils', 3],
  ] as const) {
    await callApi(page, apiURL, 'POST', '/api/me/tasks', { title, priority })
  }
  await openDashboard(page)
  await expect(page.getByRole('listitem').filter({ hasText: 'Buy' })).toHaveCount(2)

  await page.keyboard.press('/')
  await page.getByRole('searchbox').pressSequentially('BUY')
  await expect(page).toHaveURL('/dashboard?q=BUY')
  await expect(row(page, 'Sharpen pencils')).toHaveCount(0)

  await page.getByRole('button', { name: 'Newest first' }).click()
  await page.getByRole('menuitemradio', { name: 'High' }).click()
  await expect(page).toHaveURL('/dashboard?q=BUY&priority=high')
  await expect(row(page, 'Buy ink')).toBeVisible()
  await expect(row(page, 'Buy paper')).toHaveCount(0)

  await page.reload()
  await expect(page.getByRole('searchbox')).toHaveValue('BUY')
  await expect(row(page, 'Buy ink')).toBeVisible()
  await expect(row(page, 'Buy paper')).toHaveCount(0)

  await page.getByRole('searchbox').fill('zebra')
  await expect(page.getByText('No task here with this priority contains “zebra”.')).toBeVisible()
  await page.getByRole('button', { name: 'Show everything again' }).click()
  await expect(page).toHaveURL('/dashboard')
  await expect(row(page, 'Sharpen pencils')).toBeVisible()

  await page.getByRole('button', { name: 'Newest first' }).click()
  await page.getByRole('menuitemradio', { name: 'By priority' }).click()
  await page.keyboard.press('Escape')
  const titles = page.getByRole('button', { name: /^Edit/ })
  await expect(titles.last()).toHaveAccessibleName('Edit Buy paper')
  await goToView(page, 'Today')
  await page.goBack()
  await expect(page).toHaveURL('/dashboard?sort=priority')
})

test('a task added to a view appears in it, or the page says where it went', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  await openDashboard(page, '?view=today')
  await addTask(page, 'Fetch the coat')
  await expect(page.getByRole('region', { name: 'Today' })).toContainText('Fetch the coat')
  await goToView(page, 'Done')
  await page.getByLabel('New task').fill('Somewhere else')
  await page.getByLabel('New task').press('Enter')
  await page.getByRole('button', { name: 'Show it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Open' })).toBeVisible()
  await expect(row(page, 'Somewhere else')).toBeVisible()
})

test('without scripts the list is there, and the form adds through the server for whoever is signed in', async ({
  page,
  signUp,
  browser,
  baseURL,
}) => {
  await signUp(page)
  const storageState = await page.context().storageState()
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState,
    ...(baseURL && { baseURL }),
  })
  const plain = await context.newPage()
  await plain.goto('/dashboard?view=today')
  await expect(plain).toHaveTitle('Today · Claimcheck')
  await expect(plain.locator('main noscript > div')).toBeVisible()
  await plain.getByLabel('New task').fill('Written without scripts')
  await plain.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(plain).toHaveURL('/dashboard?view=today')
  await expect(row(plain, 'Written without scripts')).toBeVisible()

  // The session ends in the other browser, and this one still has its cookie.
  const headers = { origin: baseURL ?? '' }
  const left = await page.request.post('/api/auth/sign-out', { data: {}, headers })
  expect(left.status()).toBe(200)
  await plain.getByLabel('New task').fill('Written too late')
  await plain.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(plain).toHaveURL('/sign-in')
  await context.close()
})
