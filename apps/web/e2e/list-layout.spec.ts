/** How the list is laid out and coloured: focus, edges, columns, and the direction of what people write. */

import type { ElementHandle, Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { callApi, openDashboard, openEditor, row } from './_tasks.js'

const long =
  'A long title goes on over several lines, and what is beside it is at the first. '.repeat(4)

for (const colorScheme of ['light', 'dark'] as const) {
  test(`focus has a colour of its own, seen on every ground, and its ring lies inside the row, in ${colorScheme}`, async ({
    page,
    signUp,
    apiURL,
  }) => {
    await page.emulateMedia({ colorScheme })
    await signUp(page)
    await callApi(page, apiURL, 'POST', '/api/me/tasks', { title: 'Buy stamps' })
    await openDashboard(page)
    const { focus, accent, bad, paper, card } = await readColours(page)
    for (const ground of [paper, card]) expect(contrast(focus, ground)).toBeGreaterThan(3)
    for (const other of [accent, bad]) expect(Math.abs(hue(focus) - hue(other))).toBeGreaterThan(90)

    await page.keyboard.press('j')
    await expect(page.getByRole('button', { name: 'Edit Buy stamps' })).toBeFocused()
    const ring = await row(page, 'Buy stamps')
      .locator('> div')
      .evaluate((element) => {
        const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element)
        return { outlineStyle, outlineWidth, outlineOffset }
      })
    expect(ring).toEqual({ outlineStyle: 'solid', outlineWidth: '2px', outlineOffset: '-2px' })
  })
}

test('quick add, search and titles begin at one edge; notes, priority and day have columns, at the first line', async ({
  page,
  signUp,
  apiURL,
}) => {
  await signUp(page)
  const add = (data: object) => callApi(page, apiURL, 'POST', '/api/me/tasks', data)
  await add({ title: 'Plain' })
  await add({ title: 'Full', notes: 'With notes', priority: 3, dueOn: '2999-01-01' })
  await add({ title: long, notes: 'With notes', priority: 1, dueOn: '2998-12-24' })
  await openDashboard(page)
  for (const width of [1440, 768, 375]) {
    await page.setViewportSize({ width, height: 900 })
    const titles = page.getByRole('listitem').getByRole('button', { name: /^Edit / })
    const edges = await Promise.all([
      ...(await titles.all()).map((title) => readTextEdge(title.elementHandle())),
      readTextEdge(page.getByLabel('New task').elementHandle()),
      readTextEdge(page.getByRole('searchbox').elementHandle()),
    ])
    expect(Math.max(...edges) - Math.min(...edges)).toBeLessThanOrEqual(1)
    if (width < 768) continue
    for (const column of ['[title="Has notes"]', '[title$=" priority"]', 'time']) {
      const cells = page.getByRole('listitem').locator(column)
      await expect(cells).toHaveCount(2)
      const boxes = await cells.evaluateAll((found) =>
        found.map((cell) => {
          const top = cell.closest('li')?.getBoundingClientRect().top ?? 0
          const { left, right, top: own } = cell.getBoundingClientRect()
          return { left, right, below: own - top }
        }),
      )
      const [one, two] = boxes
      const isAligned = one?.left === two?.left || one?.right === two?.right
      expect([column, isAligned]).toEqual([column, true])
      for (const { below } of boxes) expect(below).toBeLessThan(24)
    }
  }
})

test('what people write runs in its own direction', async ({ page, signUp, apiURL }) => {
  await signUp(page)
  const title = 'اتصل بمارتا بشأن القطار'
  await callApi(page, apiURL, 'POST', '/api/me/tasks', { title, notes: 'مقعد بجانب النافذة' })
  await openDashboard(page)
  const direction = (label: string) =>
    page.getByLabel(label, { exact: true }).evaluate((field) => getComputedStyle(field).direction)
  const closed = page.getByRole('button', { name: `Edit ${title}` })
  expect(await closed.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl')
  await openEditor(page, title)
  for (const label of ['Title', 'Notes'])
    expect([label, await direction(label)]).toEqual([label, 'rtl'])
  await page.getByLabel('New task').fill('اتصل')
  expect(await direction('New task')).toBe('rtl')
  await page.getByLabel('New task').fill('Call')
  expect(await direction('New task')).toBe('ltr')
})

/** Where the text of an element begins: right of its padding. */
async function readTextEdge(handle: Promise<ElementHandle | null>) {
  const element = await handle
  if (!element) throw new Error('no such element')
  return element.evaluate((node) => {
    const { paddingLeft, borderLeftWidth } = getComputedStyle(node as Element)
    const { left } = (node as Element).getBoundingClientRect()
    return left + Number.parseFloat(paddingLeft) + Number.parseFloat(borderLeftWidth)
  })
}

type Colour = readonly [red: number, green: number, blue: number]

/** The colours of the page, as they are drawn. */
async function readColours(page: Page) {
  const names = ['focus', 'accent', 'bad', 'paper', 'card'] as const
  const drawn = await page.evaluate((wanted) => {
    const probe = document.body.appendChild(document.createElement('i'))
    const canvas = document.createElement('canvas').getContext('2d')
    if (!canvas) throw new Error('no canvas')
    const colours = wanted.map((name) => {
      probe.style.color = `var(--${name})`
      canvas.fillStyle = getComputedStyle(probe).color
      canvas.fillRect(0, 0, 1, 1)
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
    })
    probe.remove()
    return colours
  }, names)
  const entries = names.map((name, index) => [name, drawn[index]] as const)
  return Object.fromEntries(entries) as unknown as Record<(typeof names)[number], Colour> // One for each name.
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: Colour, other: Colour): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Degrees; red is 0, and a red that leans to blue is below. */
function hue([red, green, blue]: Colour): number {
  const degrees =
    (Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue) * 180) / Math.PI
  return degrees < -90 ? degrees + 360 : degrees
}
