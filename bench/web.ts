/** The dashboard in a real browser, on a production build: what it weighs, when it is painted, how fast it follows. */
import { type Browser, chromium, type Page } from '@playwright/test'
import { findChromium } from '../scripts/test/chromium.js'
import { type System, startSystem } from './system.js'
import { type Bar, printBars } from './table.js'
import { timeAdd, timeIdleKey } from './web-add.js'
import { countTasks, createPerson, fillList, type Person } from './web-person.js'
import { measureScroll } from './web-scroll.js'

const LOADS = 9
const FRESH_PAGES = 3
const ADDS_A_PAGE = 10
/**
 * Milliseconds, two frames: a key that changes nothing takes longer only when the machine is busy with something
 * else.
 */
const QUIET = 34
const MOST_DISTURBED = 9
const SHORT_LIST = 20
const LONG_LIST = 1_000

/** A running system, a browser, and somebody who is signed in. */
interface Stage {
  readonly system: System
  readonly browser: Browser
  readonly person: Person
}

export async function benchWeb(): Promise<boolean> {
  const system = await startSystem()
  const { executablePath, env } = await findChromium()
  const browser = await chromium.launch({ executablePath, env: { ...process.env, ...env } })
  try {
    const person = await createPerson(system)
    await fillList(system, person, SHORT_LIST)
    const stage = { system, browser, person }
    const bars = await measureLoads(stage)
    bars.push(...(await measureAdds(stage)))
    await fillList(system, person, LONG_LIST)
    bars.push(...(await measureLongList(stage)))
    return printBars('Bars', bars)
  } finally {
    await browser.close()
    await system.stop()
  }
}

async function measureLoads(stage: Stage): Promise<Bar[]> {
  const paints: number[] = []
  let first: Weight = { bytes: 0, files: 0 }
  let later = first
  // The first load only warms up the servers.
  for (let load = 0; load <= LOADS; load += 1) {
    const page = await openDashboard(stage)
    first = await weighScripts(page)
    if (load > 0) paints.push(await readLargestPaint(page))
    if (load === LOADS) later = await weighLaterScripts(page, first)
    await page.context().close()
  }
  console.log('\nScripts of the dashboard, gzip, as the server sends them')
  console.log(`  until it can be used    ${toKilobytes(first.bytes)} in ${first.files} files`)
  console.log(`  once somebody is there  ${toKilobytes(later.bytes)} more in ${later.files} files`)
  console.log(`\nLargest paint, ${LOADS} loads, nothing in the cache`)
  console.log(`  median ${toMs(median(paints))}, worst ${toMs(Math.max(...paints))}`)
  return [
    most('JavaScript of the dashboard', first.bytes / 1_000, 200, 'kB'),
    most('largest paint', median(paints), 1_000, 'ms'),
  ]
}

async function measureAdds(stage: Stage): Promise<Bar[]> {
  const rounds: Round[] = []
  const disturbed: Round[] = []
  while (rounds.length < FRESH_PAGES) {
    const round = await addTasks(stage, rounds.length)
    // Judged by the keys that change nothing, never by the figure itself.
    const isLeftOut = Math.max(...round.idle) > QUIET && disturbed.length < MOST_DISTURBED
    if (isLeftOut) disturbed.push(round)
    else rounds.push(round)
  }
  const all = rounds.flatMap(({ adds }) => adds)
  const firsts = rounds.flatMap(({ adds }) => adds.slice(0, 1))
  const idle = rounds.flatMap((round) => round.idle)
  console.log(
    `\nFrom Enter to the frame with the new row, ${all.length} times in ${rounds.length} judged rounds`,
  )
  console.log(`  median ${toMs(median(all))}, worst ${toMs(Math.max(...all))}`)
  console.log(`  the first ones on their pages: ${firsts.map(toMs).join(', ')}`)
  console.log(
    `  a key that changes nothing, on this machine: median ${toMs(median(idle))}, worst ${toMs(Math.max(...idle))}`,
  )
  printLeftOut(rounds, disturbed)
  return [
    most('a new task, median of the judged rounds', median(all), 50, 'ms'),
    most('a new task, worst of the judged rounds', Math.max(...all), 50, 'ms'),
  ]
}

/** What the bars do not judge, with its figures: nobody has to guess what was left out. */
function printLeftOut(judged: readonly Round[], disturbed: readonly Round[]): void {
  const every = [...judged, ...disturbed]
  const loud = judged.filter(({ idle }) => Math.max(...idle) > QUIET)
  const adds = every.flatMap((round) => round.adds)
  console.log(
    `  not judged: ${disturbed.length} of ${every.length} rounds, in which a key that changes nothing took more than ${QUIET} ms (${MOST_DISTURBED} at most)`,
  )
  for (const round of disturbed) {
    console.log(
      `    such a key ${toMs(Math.max(...round.idle))}, a new task: median ${toMs(median(round.adds))}, worst ${toMs(Math.max(...round.adds))}`,
    )
  }
  if (loud.length > 0) {
    console.log(
      `  judged although such a key took as long: ${loud.length} of ${judged.length} rounds`,
    )
  }
  console.log(
    `  all ${every.length} rounds, judged or not, ${adds.length} times: median ${toMs(median(adds))}, worst ${toMs(Math.max(...adds))}`,
  )
}

interface Round {
  readonly adds: readonly number[]
  /** Keys that change nothing, pressed between them. */
  readonly idle: readonly number[]
}

/** Adds tasks to a page that was just opened. */
async function addTasks(stage: Stage, round: number): Promise<Round> {
  const page = await openDashboard(stage)
  const adds: number[] = []
  const idle: number[] = []
  for (let count = 0; count < ADDS_A_PAGE; count += 1) {
    idle.push(await timeIdleKey(page))
    // In quotes no day is read, as four random letters may be one.
    adds.push(await timeAdd(page, `Added "${round} ${count} ${crypto.randomUUID().slice(0, 4)}"`))
    idle.push(await timeIdleKey(page))
  }
  await page.context().close()
  return { adds, idle }
}

async function measureLongList(stage: Stage): Promise<Bar[]> {
  const page = await openDashboard(stage)
  const count = await countTasks(stage.system, stage.person)
  const figures = await measureScroll(page, count)
  const added = await timeAdd(page, 'Added to the long list')
  await page.context().close()
  console.log(`\n${count} tasks, scrolled to the last by the wheel while somebody types`)
  console.log(`  rows ${figures.rows}, turns of the wheel ${figures.turns}, keys ${figures.keys}`)
  console.log(`  slowest paint after a key: ${toMs(figures.slowestKey)}`)
  console.log(`  the same in the search of the whole list: ${toMs(figures.slowestSearchKey)}`)
  console.log(`  a new task in the whole list: ${toMs(added)}`)
  const longest = Math.max(0, ...figures.longTasks)
  console.log(`  long tasks: ${figures.longTasks.length}, the longest ${toMs(longest)}`)
  return [
    { name: 'rows that scrolling reaches', measured: figures.rows, asked: count, unit: '' },
    most('keys and turns of the wheel lost', figures.lost, 0, ''),
  ]
}

/** A page of a browser context of its own, so with nothing in the cache, once the keyboard works. */
async function openDashboard({ browser, system, person }: Stage): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } })
  await context.addCookies([...person.cookies])
  // The loader of these sources gives functions their names by this one, also those that run in the page.
  await context.addInitScript('globalThis.__name = (named) => named')
  const page = await context.newPage()
  await page.goto(`${system.webUrl}/dashboard`)
  // React leaves its marks on what it has taken over.
  await page.waitForFunction(() => {
    const field = document.querySelector('[data-quick-add]')
    return field !== null && Object.keys(field).some((key) => key.startsWith('__reactProps'))
  })
  return page
}

interface Weight {
  readonly bytes: number
  readonly files: number
}

function weighScripts(page: Page): Promise<Weight> {
  return page.evaluate(() => {
    // Resources are never other entries.
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const scripts = entries.filter(({ name }) => new URL(name).pathname.endsWith('.js'))
    const bytes = scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
    return { bytes, files: scripts.length }
  })
}

async function weighLaterScripts(page: Page, first: Weight): Promise<Weight> {
  // Held open, it would never be quiet.
  await page.route('**/api/session*', (route) => route.abort())
  await page.mouse.move(300, 300)
  await page.mouse.move(310, 310)
  await page.getByRole('region', { name: 'Messages' }).waitFor({ state: 'attached' })
  await page.waitForLoadState('networkidle')
  const all = await weighScripts(page)
  return { bytes: all.bytes - first.bytes, files: all.files - first.files }
}

function readLargestPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          resolve(list.getEntries().at(-1)?.startTime ?? Number.POSITIVE_INFINITY)
        }).observe({ type: 'largest-contentful-paint', buffered: true })
      }),
  )
}

function most(name: string, measured: number, asked: number, unit: string): Bar {
  return { name, measured, asked, unit, atMost: true }
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

function toMs(value: number): string {
  return `${value.toFixed(0)} ms`
}

function toKilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`
}
