/** The trash is emptied at once for the eye, and for good only when nobody wants it back. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { callApi, holdMessages, openDashboard, row, untilAwake, untilSaved } from './_tasks.js'

async function fillTrash(page: Page, apiURL: string, titles: readonly string[]): Promise<void> {
  for (const title of titles) {
    const { id } = await callApi(page, apiURL, 'POST', '/api/me/tasks', { title })
    await callApi(page, apiURL, 'DELETE', `/api/me/tasks/${id}`)
  }
}

async function readTrash(page: Page, apiURL: string): Promise<string[]> {
  const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks?deleted=true')
  return tasks.map(({ title }: { title: string }) => title).sort()
}

test('emptying the trash can be undone, also after a reload, and until then nothing is lost', async ({
  page,
  signUp,
  apiURL,
  expectAccessible,
}) => {
  await signUp(page)
  await fillTrash(page, apiURL, ['An old list', 'A worn coat'])
  await holdMessages(page)
  await openDashboard(page, '?view=trash')
  await page.getByRole('button', { name: 'Empty the trash' }).click()
  await expect(page.getByText('The trash is empty. Deleted tasks stay')).toBeVisible()
  await expect(page.locator('[data-task]')).toHaveCount(0)
  await expectAccessible(page)
  await page.reload()
  await expect(page.getByText('The trash is empty. Deleted tasks stay')).toBeVisible()
  await untilAwake(page)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row(page, 'An old list')).toBeVisible()
  await expect(row(page, 'A worn coat')).toBeVisible()
  expect(await readTrash(page, apiURL)).toEqual(['A worn coat', 'An old list'])

  await page.getByRole('button', { name: 'Empty the trash' }).click()
  await expect(page.locator('[data-task]')).toHaveCount(0)
  await page.keyboard.press('u')
  await expect(row(page, 'An old list')).toBeVisible()
  await expect(page.getByText('The trash is as it was.')).toBeVisible()
})

test('once the message has closed, the trash is gone for good, in every tab', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  await fillTrash(page, apiURL, ['An old list', 'A worn coat'])
  await holdMessages(page)
  await openDashboard(page, '?view=trash')
  const second = await page.context().newPage()
  await openDashboard(second, '?view=trash')
  await expect(row(second, 'An old list')).toBeVisible()

  await page.getByRole('button', { name: 'Empty the trash' }).click()
  await expect(page.locator('[data-task]')).toHaveCount(0)
  await expect(row(second, 'An old list')).toBeVisible()
  // From another device, while it could still be taken back.
  await fillTrash(second, apiURL, ['Deleted meanwhile'])
  await untilSaved(page, 'DELETE', () => page.getByLabel('Close this message').click())
  await expect(row(second, 'An old list')).toHaveCount(0)
  await expect(row(page, 'Deleted meanwhile')).toBeVisible()
  expect(await readTrash(page, apiURL)).toEqual(['Deleted meanwhile'])
  await expect.poll(() => page.evaluate(() => Object.keys(sessionStorage))).toEqual([])
})

test('signing out before the message has closed leaves the trash as it was', async ({
  page,
  newPage,
  signUp,
  apiURL,
}) => {
  const { email, password } = await signUp(page, 'Margit')
  await fillTrash(page, apiURL, ['An old list'])
  await holdMessages(page)
  await openDashboard(page, '?view=trash')
  await page.getByRole('button', { name: 'Empty the trash' }).click()
  await expect(page.locator('[data-task]')).toHaveCount(0)
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
  const again = await newPage()
  await again.goto('/sign-in')
  await again.request.post('/api/auth/sign-in/email', {
    data: { email, password },
    headers: { origin: new URL(again.url()).origin },
  })
  expect(await readTrash(again, apiURL)).toEqual(['An old list'])
})
