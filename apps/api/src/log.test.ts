import { Writable } from 'node:stream'
import { expect, it, vi } from 'vitest'
import { openLog } from './log.js'

it('a log that nobody reads neither stops its writer nor grows without end, and says afterwards what is missing', () => {
  const pipe = createPipe()
  const { log, handOver } = openLog('info', pipe.output)
  for (let line = 0; line < 20_000; line += 1) log.info({ text: 'x'.repeat(200) }, 'request')
  handOver()
  expect(pipe.output.writableLength).toBeLessThan(2 * 1024 * 1024)
  pipe.read()
  log.info('after')
  handOver()
  expect(pipe.lines().at(-2)).toMatchObject({ msg: 'after' })
  const last = pipe.lines().at(-1)
  expect(last).toMatchObject({ level: 40, msg: expect.stringContaining('left out') })
  const written = pipe.lines().filter(({ msg }) => msg === 'request').length
  expect(written + Number(last?.lines)).toBe(20_000)
})

it('is written in one piece for each turn of the event loop', async () => {
  const pipe = createPipe()
  pipe.read()
  const { log } = openLog('info', pipe.output)
  const written = vi.spyOn(pipe.output, 'write')
  log.info('one')
  log.info('two')
  expect(written).not.toHaveBeenCalled()
  await new Promise(setImmediate)
  expect(written).toHaveBeenCalledTimes(1)
  expect(pipe.lines()).toMatchObject([{ msg: 'one' }, { msg: 'two' }])
})

it('a process that ends does not wait for who never reads', async () => {
  const pipe = createPipe()
  const { log, flush } = openLog('info', pipe.output)
  log.info('last')
  await flush()
  pipe.read()
  await flush()
  expect(pipe.lines()).toMatchObject([{ msg: 'last' }])
})

it('a reader that went away does not end the process', () => {
  const pipe = createPipe()
  const { log } = openLog('info', pipe.output)
  pipe.output.emit('error', Object.assign(new Error('EPIPE'), { code: 'EPIPE' }))
  expect(() => log.info('still here')).not.toThrow()
})

/** A pipe that is full from the start, until somebody reads. */
function createPipe() {
  let text = ''
  let waiting: (() => void) | undefined
  let isRead = false
  const output = new Writable({
    decodeStrings: false,
    write: (chunk: string, _, done) => {
      text += chunk
      if (isRead) done()
      else waiting = done
    },
  })
  return {
    // Of all that a standard output can do, the log only writes.
    output: output as unknown as NodeJS.WriteStream,
    read: () => {
      isRead = true
      waiting?.()
    },
    lines: (): Record<string, unknown>[] =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  }
}
