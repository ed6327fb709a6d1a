import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { AuthLogger } from '../log.js'
import { startMailServer } from './_mail-server.js'
import { createBackground } from './background.js'
import { createMailer } from './mailer.js'
import type { Mail } from './outbox.js'

const message: Mail = {
  kind: 'reset',
  to: 'alice@example.com',
  subject: 'Hello',
  text: 'Hello, Alice',
}

/** A mailer whose waits between attempts end when the test says so. */
function start(url: string) {
  const lines: [string, string][] = []
  const events = new EventEmitter()
  const log: AuthLogger = {
    disabled: false,
    level: 'info',
    log: (level, text) => {
      lines.push([level, text])
      events.emit('line')
    },
  }
  let time = 0
  const background = createBackground(log)
  const waits: { delay: number; end(): void }[] = []
  let announce = () => {}
  const mailer = createMailer(
    { smtpUrl: url, from: 'hello@example.com' },
    {
      background,
      log,
      limiter: null,
      now: () => time,
      wait: (delay, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve())
          waits.push({ delay, end: resolve })
          announce()
        }),
    },
  )
  return {
    mailer,
    background,
    lines,
    pass(milliseconds: number) {
      time += milliseconds
    },
    async untilLogged(text: string) {
      while (!lines.some((line) => line[1] === text)) await once(events, 'line')
    },
    async untilWaiting(count: number) {
      while (waits.length < count) {
        await new Promise<void>((resolve) => {
          announce = resolve
        })
      }
      const last = waits[count - 1]
      if (!last) throw new Error('the list grew to this length')
      return last
    },
  }
}

/** A mail server that answers every recipient with one line. */
async function startRefusing(line: string) {
  let asked = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      const isRecipient = /^RCPT/i.test(chunk.toString())
      if (isRecipient) asked += 1
      socket.write(isRecipient ? `${line}\r\n` : '250 ok\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens on TCP')
  return { url: `smtp://127.0.0.1:${address.port}`, asked: () => asked }
}

/** An address at which nothing listens. */
async function findClosed(): Promise<string> {
  const smtp = await startMailServer()
  await smtp.pause()
  return smtp.url
}

it('tries again later and later while the server is away, then gives up and says so', async () => {
  const { mailer, background, lines, untilWaiting } = start(await findClosed())
  mailer.post(message)
  for (const [index, delay] of [5_000, 30_000, 120_000].entries()) {
    const wait = await untilWaiting(index + 1)
    expect(wait.delay).toBe(delay)
    wait.end()
  }
  await background.finish(60_000)
  expect(lines).toEqual([
    ...Array(3).fill(['warn', 'A message could not be sent and is tried again']),
    ['error', 'A message could not be sent'],
  ])
})

it('knows that mail does not work, and that it works again, when nothing is sent', async () => {
  const smtp = await startMailServer()
  onTestFinished(smtp.close)
  await smtp.pause()
  const { mailer, lines, untilLogged } = start(smtp.url)
  // Whoever is the first to ask is not made to wait.
  expect(await mailer.isWorking()).toBe(true)
  await untilLogged('The mail server does not answer')
  expect(await mailer.isWorking()).toBe(false)
  await smtp.resume()
  expect(await mailer.isWorking()).toBe(true)
  expect(lines).toEqual([
    ['error', 'The mail server does not answer'],
    ['warn', 'The mail server answers again'],
  ])
})

it('takes nothing that happens to a message for an answer', async () => {
  const smtp = await startMailServer()
  onTestFinished(smtp.close)
  smtp.drop()
  const { mailer, lines, untilWaiting } = start(smtp.url)
  mailer.post(message)
  await untilWaiting(1)
  expect(await mailer.isWorking()).toBe(true)
  await smtp.untilGone(2)
  expect(await mailer.isWorking()).toBe(true)
  expect(lines).toEqual([['warn', 'A message could not be sent and is tried again']])
})

it('does not ask because a message failed, nor say so', async () => {
  const { mailer, untilWaiting } = start(await findClosed())
  mailer.post(message)
  await untilWaiting(1)
  expect(await mailer.isWorking()).toBe(true)
})

it('asks a server that works once in ten seconds, however many want to know', async () => {
  const smtp = await startMailServer()
  onTestFinished(smtp.close)
  const { mailer, pass } = start(smtp.url)
  const ask = () => Promise.all(Array.from({ length: 5 }, () => mailer.isWorking()))
  await ask()
  await smtp.untilGone(1)
  pass(9_999)
  await ask()
  pass(1)
  await ask()
  await smtp.untilGone(2)
  expect(smtp.connections()).toBe(2)
})

it.each([
  ['550 no such mailbox', 1],
  ['450 try again later', 4],
])('takes %s as being about one message, not about the server', async (line, attempts) => {
  const server = await startRefusing(line)
  const { mailer, background, untilWaiting } = start(server.url)
  mailer.post(message)
  for (let count = 1; count < attempts; count += 1) (await untilWaiting(count)).end()
  await background.finish(60_000)
  expect(server.asked()).toBe(attempts)
  expect(await mailer.isWorking()).toBe(true)
})

it('lets any number of messages wait without a warning of Node', async () => {
  const { mailer, background, untilWaiting } = start(await findClosed())
  const warnings: Error[] = []
  const keep = (warning: Error) => warnings.push(warning)
  process.on('warning', keep)
  onTestFinished(() => void process.off('warning', keep))
  for (let count = 0; count < 20; count += 1) mailer.post(message)
  await untilWaiting(20)
  // Warnings are told in the tick after.
  await new Promise(setImmediate)
  expect(warnings).toEqual([])
  mailer.hurry()
  await expect(background.finish(60_000)).resolves.toBe(0)
})

it('in a hurry tries once more, at once, and no more', async () => {
  const { mailer, background, lines, untilWaiting } = start(await findClosed())
  mailer.post(message)
  await untilWaiting(1)
  mailer.hurry()
  await expect(background.finish(60_000)).resolves.toBe(0)
  expect(lines).toHaveLength(2)
})
