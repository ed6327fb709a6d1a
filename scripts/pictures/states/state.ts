/** A state of the app, and how somebody gets a page into it. */

import type { Page, Route } from '@playwright/test'

export interface State {
  readonly name: string
  /** Who looks at it. Default: somebody with a full list. */
  readonly who?: 'nobody' | 'newcomer'
  /** Gets a page of an empty tab into the state. Addresses are relative to the web app. */
  open(page: Page, api: string): Promise<unknown>
  /** As it is printed. */
  readonly isPrinted?: boolean
}

export const at =
  (path: string): State['open'] =>
  (page) =>
    page.goto(path)

/** As the API would, to whatever origin asks. */
export const fail =
  (status: number, headers: Record<string, string> = {}) =>
  async (route: Route) => {
    const origin = (await route.request().headerValue('origin')) ?? ''
    await route.fulfill({
      status,
      headers: { 'access-control-allow-origin': origin, ...headers },
      json: {},
    })
  }

/** The overlays are fetched at the first sign of somebody. A sign that came before the page's scripts is lost. */
export async function awake(page: Page, path = '/dashboard'): Promise<void> {
  await page.goto(path)
  const overlays = page.getByRole('region', { name: 'Messages' })
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await page.mouse.move(5, 5 + attempt)
    const isThere = overlays.waitFor({ state: 'attached', timeout: 500 })
    if (
      await isThere.then(
        () => true,
        () => false,
      )
    )
      return
  }
  throw new Error('the page did not wake up')
}

export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click()
}

/** Until the page's scripts have taken its form over, a press would be lost or send it. */
export async function form(page: Page, path: string): Promise<void> {
  await page.goto(path)
  const isTaken = `Object.keys(document.querySelector('main form') ?? {}).some((key) => key.startsWith('__reactProps'))`
  // Asked from here again and again, because the content policy of the page forbids it to evaluate text.
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await page.evaluate(isTaken)) return
    await page.waitForTimeout(50)
  }
  throw new Error('the form was not taken over')
}

export async function edit(page: Page, title: string): Promise<void> {
  await awake(page)
  await page.getByRole('button', { name: `Edit ${title}` }).click()
  await page.getByRole('form', { name: `Edit ${title}` }).waitFor()
}
