/** Somebody who has never been here does five things by what is written on the page alone. */

import { randomUUID } from 'node:crypto'
import { signIn, untilInteractive } from './_account.js'
import { expect, test } from './_fixtures.js'

test('a newcomer signs up, adds a task, finds it, undoes a deletion, and signs out another device', async ({
  page,
  newPage,
}) => {
  const email = `${randomUUID()}@example.com`
  const password = 'grey coat, third hook'

  await test.step('signs up', async () => {
    await page.goto('/')
    await page.getByText('Make an account').click()
    await untilInteractive(page)
    await page.getByLabel('Name').fill('Margit')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByText('Make the account').click()
    await expect(page.getByText('Nothing open. Write down the next thing.')).toBeVisible()
  })

  await test.step('adds a task', async () => {
    for (const title of ['Buy stamps', 'Fetch the coat']) {
      await page.getByPlaceholder('Add a task').fill(title)
      await page.getByText('Add', { exact: true }).click()
      await expect(page.getByText(title, { exact: true })).toBeVisible()
    }
  })

  await test.step('finds it', async () => {
    await page.getByPlaceholder('Search').fill('coat')
    await expect(page.getByText('Buy stamps')).toHaveCount(0)
    await expect(page.getByText('Fetch the coat')).toBeVisible()
  })

  await test.step('undoes a deletion', async () => {
    await page.getByText('Fetch the coat').click()
    await page.getByText('Delete', { exact: true }).click()
    await expect(page.getByText('No task here contains “coat”.')).toBeVisible()
    await page.getByText('Undo', { exact: true }).click()
    await expect(page.getByText('Fetch the coat', { exact: true })).toBeVisible()
    await page.reload()
    await expect(page.getByText('Fetch the coat', { exact: true })).toBeVisible()
  })

  const other = await newPage()
  await test.step('signs in on another device', async () => {
    await other.goto('/')
    await other.getByRole('banner').getByText('Sign in').click()
    await signIn(other, email, password)
    await expect(other.getByText('Fetch the coat')).toBeVisible()
  })

  await test.step('signs out another device', async () => {
    await page.getByText('Margit').click()
    await page.getByText('Account settings').click()
    await expect(page.getByText('Where you are signed in')).toBeVisible()
    await page.getByText('Sign out everywhere else').click()
    await expect(page.getByText('Other devices lose access within two seconds.')).not.toHaveCount(0)
    await other.reload()
    await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  })
})
