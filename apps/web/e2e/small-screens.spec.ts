/** What floats or stays in place leaves room for what people came for, however little room there is. */

import type { Locator, Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, openDashboard, openEditor, row, untilSaved } from './_tasks.js'

for (const width of [320, 375, 390]) {
  test(`a message with a long action at ${width} px: the action below the text, a third of the screen at most, words whole`, async ({
    page,
    signUp,
    apiURL,
    watch,
  }) => {
    watch.allow(/404 \(Not Found\)/)
    await page.setViewportSize({ width, height: 640 })
    await signUp(page)
    await openDashboard(page)
    const title = 'Order the replacement upholstery samples'
    await untilSaved(page, 'POST', () => addTask(page, title))
    const editor = await openEditor(page, title)
    const { tasks } = await callApi(page, apiURL, 'GET', '/api/me/tasks')
    await callApi(page, apiURL, 'DELETE', `/api/me/tasks/${tasks[0].id}`)
    await editor.getByLabel('Notes').fill('With flowers')
    await editor.getByRole('button', { name: 'Save' }).click()

    const message = page
      .getByRole('region', { name: 'Messages' })
      .getByRole('alertdialog')
      .or(page.getByRole('region', { name: 'Messages' }).getByRole('dialog'))
    const action = message.getByRole('button', { name: 'Bring it back with my changes' })
    await expect(action).toBeInViewport({ ratio: 1 })
    const text = message.getByText('was deleted elsewhere, so this was not saved.')
    const [box, textBox, actionBox] = await settledBoxes([message, text, action])
    expect(textBox.width).toBeGreaterThanOrEqual(200)
    expect(actionBox.y).toBeGreaterThanOrEqual(textBox.y + textBox.height)
    expect(box.height).toBeLessThanOrEqual(640 / 3)
    expect(box.x).toBeGreaterThanOrEqual(0)
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    expect(await listBrokenWords(text)).toEqual([])
    await expect(message.getByLabel('Close this message')).toBeInViewport({
      ratio: 1,
    })
    await action.click()
    await expect(row(page, title)).toBeVisible()
  })
}

test('dialogs at 640×400 show their top, and scroll inside to their end', async ({
  page,
  signUp,
}) => {
  await page.setViewportSize({ width: 640, height: 400 })
  await signUp(page, 'Margit')
  await openDashboard(page)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expectWholeDialog(page, help)
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)

  await page.getByLabel('New task').fill('Half a thought')
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const question = page.getByRole('dialog', { name: 'Sign out' })
  await expectWholeDialog(page, question)
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(question).toHaveCount(0)

  await page.context().clearCookies()
  const session = page.getByRole('dialog', { name: 'You were signed out' })
  await expect(session).toBeVisible({ timeout: 20_000 })
  await expectWholeDialog(page, session)
})

for (const [zoom, width, height] of [
  ['200 %', 640, 400],
  ['400 %', 320, 200],
] as const) {
  test(`at ${zoom} zoom no bar stays in place, and the list can be read and used`, async ({
    page,
    signUp,
    apiURL,
  }) => {
    await page.setViewportSize({ width, height })
    await signUp(page)
    for (const title of ['Third', 'Second', 'First']) {
      await callApi(page, apiURL, 'POST', '/api/me/tasks', { title })
    }
    await openDashboard(page)
    const inPlace = await page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => {
          const { position, display } = getComputedStyle(element)
          const { width, height } = element.getBoundingClientRect()
          const isBar = (position === 'fixed' || position === 'sticky') && display !== 'none'
          return isBar && width * height > 0
        })
        .map(({ outerHTML }) => outerHTML.slice(0, 120)),
    )
    expect(inPlace).toEqual([])
    for (const title of ['First', 'Second', 'Third']) {
      const edit = page.getByRole('button', { name: `Edit ${title}` })
      await edit.scrollIntoViewIfNeeded()
      // Nothing lies over it.
      await edit.click({ trial: true })
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await page.getByRole('checkbox', { name: 'Complete Second' }).click()
    await expect(row(page, 'Second')).toHaveCount(0)
  })
}

async function expectWholeDialog(page: Page, dialog: Locator): Promise<void> {
  await expect(dialog).toBeVisible()
  const [box] = await settledBoxes([dialog])
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 }
  expect(box.y).toBeGreaterThanOrEqual(0)
  expect(box.y + box.height).toBeLessThanOrEqual(height)
  expect(box.x).toBeGreaterThanOrEqual(0)
  expect(box.x + box.width).toBeLessThanOrEqual(width)
  // As it opens: whatever has the focus lies below.
  await expect(dialog.getByRole('heading').first()).toBeInViewport({ ratio: 1 })
  const last = dialog.getByRole('button').or(dialog.getByRole('link')).last()
  await last.scrollIntoViewIfNeeded()
  await expect(last).toBeInViewport({ ratio: 1 })
}

/** Where things are once they have arrived. */
async function settledBoxes<const Places extends readonly Locator[]>(places: Places) {
  const read = () => Promise.all(places.map((place) => place.boundingBox()))
  let last = ''
  await expect
    .poll(async () => {
      const before = last
      last = JSON.stringify(await read())
      return before === last
    })
    .toBe(true)
  const boxes = await read()
  return boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 }) as unknown as {
    [Index in keyof Places]: { x: number; y: number; width: number; height: number }
  }
}

/** Words that stand on more than one line. */
async function listBrokenWords(text: Locator): Promise<string[]> {
  return text.evaluate((element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const broken: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const { index, 0: word } of (node.textContent ?? '').matchAll(/\S+/g)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        if (range.getClientRects().length > 1) broken.push(word)
      }
    }
    return broken
  })
}
