/** Five things that somebody new does, and how many steps each takes: a press, a key, or a text typed. */

import { randomUUID } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { signInAs, untilInteractive } from './_account.js'
import { expect, test } from './_fixtures.js'
import { callApi, openDashboard, row, untilAwake } from './_tasks.js'

function countSteps(page: Page) {
  let count = 0
  return {
    async press(place: Locator): Promise<void> {
      count += 1
      await place.click()
    },
    async type(text: string, place = page.locator(':focus')): Promise<void> {
      count += 1
      await place.pressSequentially(text)
    },
    async key(key: string): Promise<void> {
      count += 1
      await page.keyboard.press(key)
    },
    taken: () => count,
  }
}

test('signing up takes four steps on its page, five dated tasks eleven', async ({
  page,
  apiURL,
}) => {
  await page.goto('/sign-up')
  await untilInteractive(page)
  const signUp = countSteps(page)
  await signUp.type('Margit Oster', page.getByLabel('Name'))
  await signUp.type(`${randomUUID()}@example.com`, page.getByLabel('E-mail'))
  await signUp.type('grey coat, third hook', page.getByLabel('Password', { exact: true }))
  await signUp.press(page.getByRole('button', { name: 'Make the account' }))
  await page.waitForURL('/dashboard')
  expect(signUp.taken()).toBe(4)

  await untilAwake(page)
  const add = countSteps(page)
  await add.key('n')
  const entries = ['Buy stamps', 'Call Bob', 'Return the books', 'Pay the rent', 'Pack']
  for (const [index, title] of entries.entries()) {
    await add.type(`${title} ${index === 0 ? 'today' : `in ${index + 1} days`}`)
    await expect(page.getByRole('list', { name: 'Understood in the text' })).toContainText('Due')
    await add.key('Enter')
    await expect(row(page, title)).toBeVisible()
  }
  expect(add.taken()).toBe(11)
  await expect
    .poll(async () => {
      const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')
      return tasks.filter(({ dueOn }: { dueOn: string | null }) => dueOn !== null).length
    })
    .toBe(5)
})

test('finding a task of another view takes two steps, undoing one, signing a device out three', async ({
  page,
  newPage,
  signUp,
  apiURL,
}) => {
  const person = await signUp(page, 'Margit')
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Buy ink', completed: true })
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Buy paper' })
  await signInAs(await newPage(), person)
  await openDashboard(page)
  const find = countSteps(page)
  await find.key('/')
  await find.type('ink')
  await expect(page.getByRole('region', { name: 'In Done' })).toContainText('Buy ink')
  expect(find.taken()).toBe(2)

  await openDashboard(page)
  await page.getByRole('checkbox', { name: 'Complete Buy paper' }).click()
  await expect(row(page, 'Buy paper')).toHaveCount(0)
  const undo = countSteps(page)
  await undo.key('u')
  await expect(row(page, 'Buy paper')).toBeVisible()
  expect(undo.taken()).toBe(1)

  const signOut = countSteps(page)
  await signOut.press(page.getByRole('button', { name: 'Account: Margit' }))
  await signOut.press(page.getByRole('menuitem', { name: 'Account settings' }))
  const devices = page.getByRole('region', { name: 'Where you are signed in' })
  await expect(devices.getByRole('listitem')).toHaveCount(2)
  const button = devices.getByRole('button', { name: /^Sign out .+, Signed in today/ })
  // Nobody has to scroll for it.
  await expect(button).toBeInViewport({ ratio: 1 })
  await signOut.press(button)
  await expect(devices.getByRole('listitem')).toHaveCount(1)
  expect(signOut.taken()).toBe(3)
})
