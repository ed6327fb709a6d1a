/** How long it takes until a new task is painted, and what no page could be faster than. */
import type { Page } from '@playwright/test'

/** Types a title as fast as keys can follow each other, and times Enter until its row is painted. */
export async function timeAdd(page: Page, title: string): Promise<number> {
  const field = page.getByLabel('New task')
  await field.fill('')
  const painted = await page.evaluateHandle(watchNextAdd)
  await field.pressSequentially(title)
  await page.keyboard.press('Enter')
  return painted.evaluate(({ time }) => time)
}

/** From a key to the frame after it when there is nothing to do: what no page can be faster than. */
export async function timeIdleKey(page: Page): Promise<number> {
  const painted = await page.evaluateHandle(() => ({
    time: new Promise<number>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      addEventListener(
        'keydown',
        ({ timeStamp }) => {
          port1.onmessage = () => resolve(performance.now() - timeStamp)
          requestAnimationFrame(() => port2.postMessage(null))
        },
        { once: true },
      )
    }),
  }))
  await page.keyboard.press('Shift')
  return painted.evaluate(({ time }) => time)
}

/** Runs in the page: a promise, inside of an object so that it is not awaited at once. */
function watchNextAdd(): { time: Promise<number> } {
  const time = new Promise<number>((resolve) => {
    addEventListener(
      'keydown',
      function onKey({ key, target, timeStamp }) {
        if (key !== 'Enter' || !(target instanceof HTMLInputElement)) return
        removeEventListener('keydown', onKey, true)
        const title = target.value
        const { port1, port2 } = new MessageChannel()
        // Sent before a frame is painted, a message arrives after it.
        port1.onmessage = () => resolve(performance.now() - timeStamp)
        requestAnimationFrame(function look() {
          const rows = document.querySelectorAll('[data-task] [data-row-focus]')
          if ([...rows].some((row) => row.textContent === title)) port2.postMessage(null)
          else requestAnimationFrame(look)
        })
      },
      true,
    )
  })
  return { time }
}
