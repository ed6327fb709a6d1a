import { afterEach, expect, it, vi } from 'vitest'
import type { AuthLogger } from '../log.js'
import { createBackground } from './background.js'

afterEach(() => vi.useRealTimers())

function start() {
  const lines: unknown[][] = []
  const log: AuthLogger = { disabled: false, level: 'info', log: (...line) => lines.push(line) }
  return { lines, background: createBackground(log) }
}

it('waits for what is under way, and for what that starts in turn', async () => {
  const { background } = start()
  const order: string[] = []
  const first = createSwitch()
  const second = createSwitch()
  background.run('first', async () => {
    await first.flipped
    order.push('first')
    background.run('second', async () => {
      await second.flipped
      order.push('second')
    })
  })
  const finished = background.finish(60_000).then((left) => order.push(`finished with ${left}`))
  first.flip()
  await new Promise(setImmediate)
  expect(order).toEqual(['first'])
  second.flip()
  await finished
  expect(order).toEqual(['first', 'second', 'finished with 0'])
})

it('leaves behind what takes longer than its patience, and says how much', async () => {
  vi.useFakeTimers()
  const { background } = start()
  background.run('endless', () => new Promise(() => undefined))
  const left = background.finish(4_000)
  await vi.advanceTimersByTimeAsync(4_000)
  await expect(left).resolves.toBe(1)
})

it('logs what failed, and goes on', async () => {
  const { background, lines } = start()
  const error = new Error('no')
  background.run('It did not work', () => Promise.reject(error))
  await expect(background.finish(60_000)).resolves.toBe(0)
  expect(lines).toEqual([['error', 'It did not work', error]])
})

function createSwitch() {
  let flip = () => {}
  const flipped = new Promise<void>((resolve) => {
    flip = resolve
  })
  return { flipped, flip: () => flip() }
}
