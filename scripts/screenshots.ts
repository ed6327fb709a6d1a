/**
 * `npm run screenshots`: every page and state of the app at four widths and at 200 % zoom, in both themes, for the eye,
 * into test-results/screenshots; says where axe finds a barrier, and where a page is wider than its window. Words after
 * `--` pick states by how their names begin; WEB_URL and API_URL a system that runs already.
 */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext } from '@playwright/test'
import { findBarriers } from './pictures/barriers.js'
import { fillList } from './pictures/list.js'
import { colorSchemes, openStage, type Stage, signUp } from './pictures/stage.js'
import type { State } from './pictures/states/state.js'
import { states } from './pictures/states.js'
import { printFailure } from './process/start-error.js'
import { root } from './start/data-dir.js'

const sizes = [
  { width: 320, height: 640 },
  { width: 375, height: 740 },
  { width: 768, height: 1_024 },
  { width: 1_440, height: 900 },
  // What a zoom of 200 % leaves of the one before.
  { width: 720, height: 450, deviceScaleFactor: 2 },
] as const
const folder = join(root, 'test-results/screenshots')

const { WEB_URL: web, API_URL: api } = process.env
const words = process.argv.slice(2)
const wanted = states.filter(
  ({ name }) => words.length === 0 || words.some((word) => name.startsWith(word)),
)

try {
  const stage = await openStage(web && api ? { web, api } : undefined)
  try {
    await mkdir(folder, { recursive: true })
    process.exitCode = (await takeAll(stage)) ? 0 : 1
  } finally {
    await stage.close()
  }
} catch (error) {
  printFailure(error)
  process.exitCode = 1
}

/** False where a state could not be reached, or is not as it should be. */
async function takeAll(stage: Stage): Promise<boolean> {
  const somebody = await keepSignedIn(stage, 'Margit', true)
  const newcomer = await keepSignedIn(stage, 'Margit', false)
  let isWhole = true
  for (const state of wanted) {
    const cookies = { nobody: [], newcomer, somebody }[state.who ?? 'somebody']
    for (const colorScheme of colorSchemes) {
      for (const { width, height, ...zoom } of sizes) {
        const name = `${state.name}-${width}-${colorScheme}`
        const context = await stage.browser.newContext({
          baseURL: stage.web,
          viewport: { width, height },
          deviceScaleFactor: 'deviceScaleFactor' in zoom ? zoom.deviceScaleFactor : 1,
          colorScheme,
          hasTouch: width < 500,
          reducedMotion: 'reduce',
        })
        try {
          await context.addCookies(cookies)
          for (const fault of await take(stage, context, state, join(folder, `${name}.png`))) {
            isWhole = false
            console.error(`${name}: ${fault}`)
          }
        } catch (error) {
          isWhole = false
          console.error(`${name}: ${error instanceof Error ? error.message : error}`)
        }
        await context.close()
      }
    }
    console.log(state.name)
  }
  return isWhole
}

/** Gives what is wrong with it. */
async function take(
  stage: Stage,
  context: BrowserContext,
  state: State,
  path: string,
): Promise<string[]> {
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await state.open(page, stage.api)
  if (state.isPrinted) await page.emulateMedia({ media: 'print' })
  // Rows outside the window are skipped, and a picture of the whole page would lack them.
  await page.evaluate(
    `for (const row of document.querySelectorAll('[data-task]')) row.style.contentVisibility = 'visible'`,
  )
  await page.screenshot({ path, fullPage: true })
  const width = page.viewportSize()?.width ?? 0
  // Text, because this file is compiled for Node.
  const drawn = Number(await page.evaluate('document.documentElement.scrollWidth'))
  const wide = drawn > width ? [`${drawn} px wide`] : []
  return state.isPrinted ? wide : [...wide, ...(await findBarriers(page))]
}

/** The cookies of somebody new. */
async function keepSignedIn(stage: Stage, name: string, hasTasks: boolean) {
  const context = await stage.browser.newContext()
  await signUp(stage, context, name)
  if (hasTasks) await fillList(stage, context)
  const cookies = await context.cookies()
  await context.close()
  return cookies
}
