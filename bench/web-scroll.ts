/** A long list under two hands: one turns the wheel to the last row, the other types. Counts what was not heard. */
import type { Page } from '@playwright/test'

/** Pixels that a turn of the wheel scrolls. */
const TURN = 480
/** More than enough to pass every row. */
const MOST_TURNS = 2_000
const words = 'the coat is on the third hook, '
/** Matches a few tasks, so that typing it makes the long list short, and clearing it long again. */
const search = 'task 77'

export interface ScrollFigures {
  readonly rows: number
  readonly turns: number
  readonly keys: number
  /** Turns and keys of which the page never heard, and letters that are missing in the field. */
  readonly lost: number
  /** Milliseconds from a key to the paint after it: while scrolling, and while searching. */
  readonly slowestKey: number
  readonly slowestSearchKey: number
  readonly longTasks: readonly number[]
}

/** @param count How many tasks the list has. */
export async function measureScroll(page: Page, count: number): Promise<ScrollFigures> {
  const field = page.getByLabel('New task')
  await field.focus()
  await page.mouse.move(640, 500)
  const watch = await page.evaluateHandle(watchInput)
  let turns = 0
  let typed = ''
  let isScrolling = true
  async function scroll(): Promise<void> {
    while (turns < MOST_TURNS && !(await isAtEnd(page, count))) {
      await page.mouse.wheel(0, TURN)
      turns += 1
    }
    isScrolling = false
  }
  async function type(): Promise<void> {
    while (isScrolling) {
      const letter = words.charAt(typed.length % words.length)
      await page.keyboard.type(letter)
      typed += letter
    }
  }
  await Promise.all([scroll(), type()])
  await settle(page)
  const scrolled = await watch.evaluate((watched) => watched.take())
  const rows = await page.locator('[data-task]').count()
  // What has no room in a title is cut off by the field itself.
  const kept = await field.inputValue()
  const missing = typed.slice(0, 500).length - kept.length + (typed.startsWith(kept) ? 0 : 1)

  await page.getByRole('searchbox').pressSequentially(search)
  await page.getByText(/^Task 77 /).waitFor()
  await page.keyboard.press('Escape')
  await page
    .locator('[data-task]')
    .nth(count - 1)
    .waitFor({ state: 'attached' })
  await settle(page)
  const searched = await watch.evaluate((watched) => watched.take())
  return {
    rows,
    turns,
    keys: typed.length + search.length + 1,
    lost:
      turns -
      scrolled.turns +
      missing +
      (typed.length - scrolled.keys) +
      (search.length + 1 - searched.keys),
    slowestKey: scrolled.slowest,
    slowestSearchKey: searched.slowest,
    longTasks: [...scrolled.longTasks, ...searched.longTasks],
  }
}

function isAtEnd(page: Page, count: number): Promise<boolean> {
  return page.evaluate((wanted) => {
    const { scrollTop, clientHeight, scrollHeight } = document.documentElement
    const rows = document.querySelectorAll('[data-task]').length
    return rows >= wanted && scrollTop + clientHeight >= scrollHeight - 1
  }, count)
}

/** Until what was done is painted and its entries have been handed out. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() =>
          requestAnimationFrame(() => requestIdleCallback(() => resolve())),
        )
      }),
  )
}

/** Runs in the page. */
function watchInput() {
  let turns = 0
  let keys = 0
  let slowest = 0
  let longTasks: number[] = []
  function count({ type }: Event): void {
    if (type === 'wheel') turns += 1
    else keys += 1
  }
  addEventListener('wheel', count, { capture: true, passive: true })
  addEventListener('keydown', count, { capture: true })
  const ofKeys = new Set(['keydown', 'keypress', 'beforeinput', 'input', 'keyup'])
  // The Event Timing API adds the threshold, in milliseconds, to what the types know of observing.
  const ofEvents: PerformanceObserverInit & { durationThreshold: number } = {
    type: 'event',
    durationThreshold: 16,
  }
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (ofKeys.has(name)) slowest = Math.max(slowest, duration)
    }
  }).observe(ofEvents)
  new PerformanceObserver((list) => {
    longTasks.push(...list.getEntries().map(({ duration }) => duration))
  }).observe({ type: 'longtask' })
  return {
    /** What was seen since it was taken last. */
    take() {
      const taken = { turns, keys, slowest, longTasks }
      turns = 0
      keys = 0
      slowest = 0
      longTasks = []
      return taken
    },
  }
}
