/** The dashboard in a real browser, on a production build: what it weighs, when it is painted, how fast it follows. */
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { findChromium } from '../scripts/chromium.js'
import { type System, startSystem } from './system.js'
import { printBars } from './table.js'
import { createPerson, fillList, type Person } from './web-person.js'
import { measureScroll } from './web-scroll.js'

const LOADS = 9
const FRESH_PAGES = 3
const ADDS_A_PAGE = 10
const SHORT_LIST = 20
const LONG_LIST = 1_000

export async function benchWeb(): Promise<boolean> {
  const system = await startSystem()
  const { executablePath, env } = await findChromium()
  const browser = await chromium.launch({ executablePath, env: { ...readEnv(), ...env } })
  try {
    const person = await createPerson(system)
    await fillList(system, person, SHORT_LIST)
    const scripts = await measureScripts(browser, system, person)
    const paint = await measurePaint(browser, system, person)
    const add = await measureAdds(browser, system, person)
    const busy = await createPerson(system)
    await fillList(system, busy, LONG_LIST)
    const scroll = await measureScroll(await openDashboard(browser, system, busy), LONG_LIST)

    console.log('\nScripts of the dashboard, gzip, as the server sends them')
    console.log(`  until it can be used      ${toKilobytes(scripts.first)} in ${scripts.count} files`)
    console.log(`  once somebody is there    ${toKilobytes(scripts.later)} more`)
    console.log(`\nLargest paint, ${LOADS} loads with nothing in the cache`)
    console.log(`  median ${toMs(median(paint))}, worst ${toMs(Math.max(...paint))}`)
    console.log(`\nFrom Enter to the frame with the new row, ${add.all.length} times`)
    console.log(`  the first ones on their pages ${add.first.map(toMs).join(', ')}`)
    console.log(`  median ${toMs(median(add.all))}, worst ${toMs(Math.max(...add.all))}`)
    console.log(`\n${LONG_LIST} tasks, scrolled by the wheel while somebody types`)
    console.log(`  rows on the page          ${scroll.rows}`)
    console.log(`  wheel turns, keys         ${scroll.wheels}, ${scroll.keys}`)
    console.log(`  slowest answer to a key   ${toMs(scroll.slowestKey)}`)
    console.log(`  long tasks                ${scroll.longTasks.map(toMs).join(', ') || 'none'}`)
    const most = (name: string, measured: number, asked: number, unit: string) => ({
      name,
      measured,
      asked,
      unit,
      atMost: true,
    })
    return printBars('Bars', [
      most('JavaScript of the dashboard', scripts.first / 1_000, 200, 'kB'),
      most('largest paint', median(paint), 1_000, 'ms'),
      most('a new task is painted, median', median(add.all), 50, 'ms'),
      most('a new task is painted, worst', Math.max(...add.all), 50, 'ms'),
      { name: 'rows that scrolling reaches', measured: scroll.rows, asked: LONG_LIST, unit: '' },
      most('keys and wheel turns lost', scroll.lost, 0, ''),
      most('slowest answer to a key', scroll.slowestKey, 200, 'ms'),
    ])
  } finally {
    await browser.close()
    await system.stop()
  }
}
