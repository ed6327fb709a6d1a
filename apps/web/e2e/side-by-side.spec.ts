/** Two people at the same time, each in a browser of their own: neither sees anything of the other. */

import type { Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, goToView, openDashboard, openEditor, row, untilSaved } from './_tasks.js'

test('two people work side by side, and each has their own list only', async ({
  page,
  newPage,
  signUp,
  apiURL,
}) => {
  const other = await newPage()
  const desks = [
    { name: 'Alice', desk: page },
    { name: 'Bob', desk: other },
  ] as const
  await Promise.all(desks.map(({ name, desk }) => signUp(desk, name)))
  await Promise.all(desks.map(({ desk }) => openDashboard(desk)))

  // The same titles on purpose: only the notes say whose they are.
  const titles = ['Buy stamps', 'Fetch the coat', 'Water the tree']
  await Promise.all(
    desks.map(async ({ name, desk }) => {
      for (const title of titles) await untilSaved(desk, 'POST', () => addTask(desk, title))
      const editor = await openEditor(desk, 'Buy stamps')
      await editor.getByLabel('Notes').fill(`Of ${name}`)
      await untilSaved(desk, 'PATCH', () => editor.getByRole('button', { name: 'Save' }).click())
      const coat = desk.getByRole('checkbox', { name: 'Complete Fetch the coat' })
      await untilSaved(desk, 'PATCH', () => coat.click())
    }),
  )
  // One deletes what the other has, too.
  await page.getByRole('button', { name: 'Edit Water the tree' }).focus()
  await untilSaved(page, 'DELETE', () => page.keyboard.press('d'))

  await Promise.all(desks.map(({ desk }) => desk.reload()))
  await expectOpen(page, ['Buy stamps'])
  await expectOpen(other, ['Buy stamps', 'Water the tree'])
  for (const { name, desk } of desks) {
    const editor = await openEditor(desk, 'Buy stamps')
    await expect(editor.getByLabel('Notes')).toHaveValue(`Of ${name}`)
    await desk.keyboard.press('Escape')
    await goToView(desk, 'Done')
    await expect(row(desk, 'Fetch the coat')).toHaveCount(1)
    await goToView(desk, 'Trash')
    await expect(row(desk, 'Water the tree')).toHaveCount(name === 'Alice' ? 1 : 0)
    const { tasks } = await callApi(desk, apiURL, 'GET', '/api/me/tasks?q=Of')
    expect(tasks.map(({ notes }: { notes: string }) => notes)).toEqual([`Of ${name}`])
  }
})

async function expectOpen(page: Page, titles: readonly string[]): Promise<void> {
  const edit = page.getByRole('button', { name: /^Edit/ })
  await expect(edit).toHaveCount(titles.length)
  for (const title of titles) await expect(row(page, title)).toBeVisible()
}
