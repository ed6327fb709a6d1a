/** A session that is really ended, from another device, while somebody types on this one. */

import { openAccount, signIn, signInAs, untilRefused } from './_account.js'
import { expect, test } from './_fixtures.js'
import {
  addTask,
  callApi,
  openDashboard,
  openEditor,
  readToken,
  row,
  untilSaved,
} from './_tasks.js'

test('signed out from another device in the middle of an edit: the draft stays, and is saved after signing in', async ({
  page,
  newPage,
  signUp,
  apiURL,
  watch,
}) => {
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const token = await readToken(page.request)
  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Title').fill('Buy twenty stamps')
  await editor.getByLabel('Notes').pressSequentially('The ones with ')

  const other = await newPage()
  await signInAs(other, person)
  await openAccount(other)
  await other.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(other.getByText('Signed out everywhere else.')).toBeVisible()
  await untilRefused(other, apiURL, token)
  watch.allow(/401 \(UNAUTHORIZED\)/i)

  await editor.getByLabel('Notes').pressSequentially('birds.')
  await editor.getByRole('button', { name: 'Save' }).click()
  const dialog = page.getByRole('dialog', { name: 'You were signed out' })
  await expect(dialog).toContainText('Your draft is kept; sign in to save it.')
  // Nothing reached the API, and what was typed is on the screen.
  const { tasks } = await callApi(other, apiURL, 'GET', '/api/me/tasks')
  expect(tasks).toMatchObject([{ title: 'Buy stamps', notes: '' }])
  await expect(page.getByText('Buy twenty stamps', { exact: true })).toBeVisible()

  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await untilSaved(page, 'PATCH', () =>
    dialog.getByRole('button', { name: 'Sign in and go on' }).click(),
  )
  await expect(dialog).toHaveCount(0)
  const saved = await callApi(other, apiURL, 'GET', '/api/me/tasks')
  expect(saved.tasks).toMatchObject([{ title: 'Buy twenty stamps', notes: 'The ones with birds.' }])
  await expect(row(page, 'Buy twenty stamps')).toBeVisible()
  await untilSaved(page, 'POST', () => addTask(page, 'Go on as before'))
})

test('a reload after the session was ended asks to sign in, and the draft is still there afterwards', async ({
  page,
  newPage,
  signUp,
}) => {
  const person = await signUp(page)
  await openDashboard(page)
  await untilSaved(page, 'POST', () => addTask(page, 'Buy stamps'))
  const editor = await openEditor(page, 'Buy stamps')
  await editor.getByLabel('Notes').fill('Half a thou')

  const other = await newPage()
  await signInAs(other, person)
  await openAccount(other)
  await other.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(other.getByText('Signed out everywhere else.')).toBeVisible()

  await page.reload()
  await page.waitForURL('/sign-in')
  await signIn(page, person.email, person.password)
  await page.waitForURL('/dashboard')
  await expect(row(page, 'Buy stamps')).toContainText('Not saved yet')
  await openEditor(page, 'Buy stamps')
  await expect(editor.getByLabel('Notes')).toHaveValue('Half a thou')
})
