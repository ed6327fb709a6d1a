/** Everybody can use it: no barriers, both themes, the keyboard alone, small screens, less motion. */

import type { Page } from '@playwright/test'
import { untilInteractive, untilTakenOver } from './_account.js'
import { expect, test } from './_fixtures.js'
import { addTask, callApi, goToView, openDashboard, openEditor, row } from './_tasks.js'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme })

    test('axe finds nothing on the pages around the app', async ({
      page,
      expectAccessible,
      watch,
    }) => {
      watch.allow(/404 \(Not Found\)/)
      for (const path of ['/', '/sign-in', '/sign-in?signed-out', '/sign-up', '/no-such-page']) {
        await page.goto(path)
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
        await expectAccessible(page)
      }
      await page.goto('/sign-up')
      await untilInteractive(page)
      await page.getByRole('button', { name: 'Make the account' }).click()
      await expect(page.getByText('Tell us what to call you.')).toBeVisible()
      await expectAccessible(page)
    })

    test('axe finds nothing on the dashboard, whatever is open', async ({
      page,
      signUp,
      apiURL,
      expectAccessible,
    }) => {
      test.slow()
      await signUp(page, 'Margit')
      await openDashboard(page)
      await expectAccessible(page)
      await fillList(page, apiURL)
      await page.reload()
      for (const view of ['Today', 'Upcoming', 'Done', 'Trash', 'Open']) {
        await goToView(page, view)
        await expect(page.getByRole('listitem').filter({ hasText: view })).not.toHaveCount(0)
        await expectAccessible(page)
      }
      await openEditor(page, 'Open one')
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.getByRole('checkbox', { name: 'Complete Open one' }).click()
      await expect(page.getByText('Done: “Open one”.')).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Account: Margit' }).click()
      await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await page.keyboard.press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
      await expectAccessible(page)
    })
  })
}

test('on a phone: the bar at the bottom, quick add in reach, nothing wider than the screen', async ({
  page,
  signUp,
  apiURL,
  expectAccessible,
}) => {
  await page.setViewportSize({ width: 375, height: 700 })
  await signUp(page)
  await fillList(page, apiURL)
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Donaudampfschiff'.repeat(12) })
  await openDashboard(page)
  for (const view of ['Today', 'Upcoming', 'Done', 'Trash', 'Open']) {
    await goToView(page, view)
    await expect(page.getByLabel('New task')).toBeInViewport()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
  }
  await expectAccessible(page)
  // A menu opens below its button, which stays where it is.
  const account = page.getByRole('button', { name: /^Account:/ })
  const place = await account.boundingBox()
  await account.click()
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
  expect(await account.boundingBox()).toEqual(place)
  await page.keyboard.press('Escape')
  const editor = await openEditor(page, 'Open one')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375)
  await editor.getByRole('button', { name: 'Save' }).scrollIntoViewIfNeeded()
  await editor.getByRole('button', { name: 'Save' }).click()
  await expectAccessible(page)
})

test('at 200 % zoom, and with less motion, everything still works', async ({ page, signUp }) => {
  // Zooming to 200 % halves what the layout has.
  await page.setViewportSize({ width: 640, height: 400 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await signUp(page)
  await openDashboard(page)
  await addTask(page, 'Buy stamps')
  const editor = await openEditor(page, 'Buy stamps')
  const moving = await page.evaluate(
    () => document.getAnimations().filter((animation) => animation.playState === 'running').length,
  )
  expect(moving).toBe(0)
  await editor.getByLabel('Title').fill('Buy ink')
  await editor.getByLabel('Title').press('Enter')
  await expect(row(page, 'Buy ink')).toBeVisible()
})

test('axe finds nothing in what floats, in either theme', async ({
  page,
  signUp,
  apiURL,
  watch,
  expectAccessible,
}) => {
  test.slow()
  watch.allow(/412 \(Precondition Failed\)|401 \(Unauthorized\)|ERR_INTERNET_DISCONNECTED/)
  async function expectAccessibleInBoth(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await expectAccessible(page)
    }
  }
  await signUp(page, 'Margit')
  const { id } = await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Open one' })
  await openDashboard(page)
  await page.getByLabel('New task').pressSequentially('Call Marta tomorrow !1')
  await expect(page.getByRole('button', { name: /as text instead/ })).toHaveCount(2)
  await expectAccessibleInBoth()
  await page.getByLabel('New task').fill('')
  await page.getByRole('button', { name: 'Newest first' }).click()
  await expect(page.getByRole('menuitemradio', { name: 'By due date' })).toBeVisible()
  await expectAccessibleInBoth()
  await page.keyboard.press('Escape')

  const editor = await openEditor(page, 'Open one')
  await callApi(page, apiURL, 'PATCH', `/api/me/tasks/${id}`, { title: 'Open two' })
  await editor.getByLabel('Title').fill('Open three')
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectAccessibleInBoth()
  await page.keyboard.press('Escape')
  await editor.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Choose' }).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Keep which one?')
  await expectAccessibleInBoth()

  await page.context().setOffline(true)
  await expect(page.getByText('You’re offline.')).toBeVisible()
  await expectAccessibleInBoth()
})

test('a menu whose code does not load says so, and signing out is in it', async ({
  page,
  signUp,
  watch,
  expectAccessible,
}) => {
  test.slow()
  watch.allow(/ERR_FAILED|ChunkLoadError|Failed to load/)
  await signUp(page, 'Margit')
  for (const width of [375, 1440]) {
    await page.setViewportSize({ width, height: 700 })
    const code = '**/_next/static/chunks/**'
    await page.goto('/dashboard')
    await untilTakenOver(page)
    await page.route(code, (route) => route.abort())
    await page.getByRole('button', { name: 'Account: Margit' }).click()
    await expect(page.getByText('The menu could not be loaded.')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Account settings' })).toBeInViewport()
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeInViewport()
    await expectAccessible(page)
    await page.unroute(code)
  }
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL('/sign-in?signed-out')
})

test('on paper: black on white, the list and nothing to press', async ({
  page,
  signUp,
  apiURL,
}) => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await signUp(page)
  await fillList(page, apiURL)
  await page.goto('/dashboard')
  await expect(page.getByText('Open one')).toBeVisible()
  const paint = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => {
        const { color, backgroundColor } = getComputedStyle(element)
        const canvas = document.createElement('canvas').getContext('2d')
        if (!canvas) throw new Error('no canvas')
        return [color, backgroundColor].map((value) => {
          canvas.fillStyle = value
          return canvas.fillStyle
        })
      })
  expect(await paint('html')).toEqual(['#000000', '#ffffff'])
  expect((await paint('h1'))[0]).toBe('#000000')
  for (const part of [
    page.getByRole('navigation'),
    page.getByLabel('New task'),
    page.getByRole('button', { name: /^Account:/ }),
    page.getByRole('searchbox'),
  ]) {
    for (const one of await part.all()) await expect(one).toBeHidden()
  }
  const stuck = await page.evaluate(
    () =>
      [...document.querySelectorAll('body *')].filter((element) =>
        ['fixed', 'sticky'].includes(getComputedStyle(element).position),
      ).length,
  )
  expect(stuck).toBe(0)
  for (const width of [375, 768]) {
    await page.setViewportSize({ width, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  }
})

test('the keyboard alone is enough', async ({ page, signUp }) => {
  await signUp(page)
  await openDashboard(page)
  await page.keyboard.press('n')
  await page.keyboard.type('First')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Second')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Third')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')

  await expect(row(page, 'Third')).toBeVisible()
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
  await page.keyboard.press('j')
  expect(await focused()).toBe('Edit Third')
  await page.keyboard.press('j')
  expect(await focused()).toBe('Edit Second')
  await page.keyboard.press('k')
  expect(await focused()).toBe('Edit Third')

  await page.keyboard.press('e')
  await expect(page.getByLabel('Title')).toBeFocused()
  await page.keyboard.press('End')
  await page.keyboard.type(' one')
  await page.keyboard.press('Control+Enter')
  await expect(row(page, 'Third one')).toBeVisible()
  await expect.poll(focused).toBe('Edit Third one')

  await page.keyboard.press('x')
  await expect(row(page, 'Third one')).toHaveCount(0)
  await expect.poll(focused).toBe('Edit Second')
  await page.keyboard.press('d')
  await expect(row(page, 'Second')).toHaveCount(0)
  await expect.poll(focused).toBe('Edit First')
  await page.keyboard.press('u')
  await expect(row(page, 'Second')).toBeVisible()

  await page.keyboard.press('/')
  await page.keyboard.type('first')
  await expect(row(page, 'Second')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(row(page, 'Second')).toBeVisible()
  await page.keyboard.press('Escape')

  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  for (const key of ['n', 'j', 'k', 'x', 'e', '/', '?']) {
    await expect(help.getByText(key, { exact: true })).toBeVisible()
  }
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)
  await page.keyboard.press('4')
  await expect(page.getByRole('heading', { level: 1, name: 'Done' })).toBeVisible()
})

test('single keys can be switched off', async ({ page, signUp }) => {
  await signUp(page)
  await openDashboard(page)
  await page.keyboard.press('?')
  await page.getByLabel('Use single-key shortcuts').uncheck()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toHaveCount(0)
  await page.keyboard.press('4')
  await expect(page.getByRole('heading', { level: 1, name: 'Open' })).toBeVisible()
  await page.reload()
  await page.keyboard.press('4')
  await expect(page.getByRole('heading', { level: 1, name: 'Open' })).toBeVisible()
})

test('the chosen theme is in the first paint', async ({ page, signUp }) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await signUp(page, 'Margit')
  await openDashboard(page)
  await page.getByRole('button', { name: 'Account: Margit' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  const background = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const dark = await background()
  await page.keyboard.press('Escape')
  // The document as the server sent it, before any script could change it.
  const html = await (await page.request.get('/dashboard')).text()
  expect(html).toMatch(/<html[^>]* data-theme="dark"/)
  await page.goto('/')
  expect(await background()).toBe(dark)
  await page.getByRole('radio', { name: 'As the system' }).check({ force: true })
  expect(await background()).not.toBe(dark)
})

/** One task for each view, named after it. */
async function fillList(page: Page, apiURL: string): Promise<void> {
  const today = new Date().toLocaleDateString('en-CA')
  const add = (data: object) => callApi(page, apiURL, 'POST', '/api/me/tasks', data)
  await add({ title: 'Open one', notes: 'With notes', priority: 2 })
  await add({ title: 'Today one', dueOn: today })
  await add({ title: 'From before, in Today', dueOn: '2020-02-02', priority: 3 })
  await add({ title: 'Upcoming one', dueOn: '2999-01-01', priority: 1 })
  await add({ title: 'Done one', completed: true })
  const { id } = await add({ title: 'Trash one' })
  await callApi(page, apiURL, 'DELETE', `/api/me/tasks/${id}`)
}
