/**
 * `npm run pictures`: makes the committed pictures anew. Icons and the card that others show for a link are drawn from
 * the mark; those of the README are taken from the running system.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Brand, drawCard, drawIcon, toIco } from './pictures/drawings.js'
import { colorSchemes, openStage, type Stage, signIn } from './pictures/stage.js'
import { printFailure } from './process/start-error.js'
import { root } from './start/data-dir.js'
import { alice } from './trial/tasks.js'

/** Bytes, of each. */
const MOST = 200_000
const app = join(root, 'apps/web/src/app')
const docs = join(root, 'docs/pictures')

const { WEB_URL: web, API_URL: api } = process.env

try {
  const stage = await openStage(web && api ? { web, api } : undefined)
  try {
    const brand = await readBrand(stage)
    await write(join(app, 'favicon.ico'), toIco(await drawIcon(stage.browser, brand, 32)))
    await write(join(app, 'apple-icon.png'), await drawIcon(stage.browser, brand, 180))
    await write(join(app, 'opengraph-image.png'), await drawCard(stage.browser, brand))
    await mkdir(docs, { recursive: true })
    for (const colorScheme of colorSchemes) {
      const picture = await takeInspector(stage, colorScheme)
      await write(join(docs, `inspector-${colorScheme}.png`), picture)
    }
  } finally {
    await stage.close()
  }
} catch (error) {
  printFailure(error)
  process.exitCode = 1
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  if (bytes.length > MOST) throw new Error(`${path} would have ${bytes.length} bytes`)
  await writeFile(path, bytes)
  console.log(`${path} ${bytes.length}`)
}

async function readBrand(stage: Stage): Promise<Brand> {
  const mark = await readFile(join(app, 'icon.svg'), 'utf8')
  const page = await stage.browser.newPage({ baseURL: stage.web })
  const manifest = await page.request.get('/manifest.webmanifest')
  const { name, background_color: paper } = await manifest.json()
  await page.goto('/')
  const title = (await page.getByRole('heading', { level: 1 }).textContent()) ?? ''
  await page.close()
  return { name, title, paper, mark }
}

async function takeInspector(stage: Stage, colorScheme: (typeof colorSchemes)[number]) {
  const context = await stage.browser.newContext({
    baseURL: stage.web,
    viewport: { width: 1_000, height: 720 },
    colorScheme,
    reducedMotion: 'reduce',
  })
  await signIn(stage, context, alice)
  const page = await context.newPage()
  await page.goto('/inspector')
  // Its last message: by then every time is there.
  await page.getByRole('button', { name: 'Take a new token' }).waitFor()
  const picture = await page.screenshot()
  await context.close()
  return picture
}
