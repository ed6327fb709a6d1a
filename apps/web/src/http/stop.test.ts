/** Readiness, and the end of the server while requests are under way. */
import { EventEmitter, once } from 'node:events'
import { Agent, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readTestEnv } from '../auth/_app.js'
import { createLogger } from '../auth/log.js'
import { onShutdown } from '../lifecycle.js'
import { createHashGate } from './hash-gate.js'
import { createWebServer } from './server.js'
import { onFirstSignal, stopServer } from './stop.js'

/** The server without Next.js; requests wait until they are answered by hand. */
async function start(checkDatabase = async () => {}, isPrepared = () => true) {
  const held: ServerResponse[] = []
  let isStopping = false
  const server = createWebServer({
    env: readTestEnv('postgres://nobody@127.0.0.1/none'),
    log: createLogger('silent'),
    answersFeed: () => false,
    handle: (_, response) => void held.push(response),
    observe: () => {},
    hashes: createHashGate(),
    onShed: () => undefined,
    checkDatabase,
    isPrepared,
    metrics: null,
    isStopping: () => isStopping,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return {
    url: `http://127.0.0.1:${port}`,
    held,
    stop(options: Parameters<typeof stopServer>[1]) {
      isStopping = true
      return stopServer(server, options)
    },
  }
}

/** What a kept connection is answered. */
function get(url: string, agent: Agent) {
  return new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
    send(url, { agent }, (response) => {
      const { statusCode = 0, headers } = response
      response.resume().on('end', () => {
        resolve({ status: statusCode, connection: headers.connection })
      })
    })
      .on('error', reject)
      .end()
  })
}

async function readReadiness(url: string) {
  const answer = await fetch(`${url}/readyz`)
  return [answer.status, answer.headers.get('retry-after'), (await answer.json()).code]
}

it('is alive and ready without asking Next.js', async () => {
  const { url, held } = await start()
  for (const path of ['/livez', '/readyz']) {
    const answer = await fetch(`${url}${path}`)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await answer.json()).toEqual({ status: 'ok' })
  }
  expect(held).toEqual([])
})

it.each([
  ['is away', async () => Promise.reject(new Error('away'))],
  ['hangs', () => new Promise<void>(() => {})],
])('is alive and not ready while the database %s', async (_, checkDatabase) => {
  const { url } = await start(checkDatabase)
  expect(await readReadiness(url)).toEqual([503, '2', 'database_unavailable'])
  expect((await fetch(`${url}/livez`)).status).toBe(200)
})

it('is ready as soon as what belongs to a complete start is there', async () => {
  let isPrepared = false
  const { url } = await start(undefined, () => isPrepared)
  expect(await readReadiness(url)).toEqual([503, '2', 'overloaded'])
  isPrepared = true
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})

it('asks the database once for many that ask', async () => {
  let asked = 0
  const { url } = await start(async () => {
    asked += 1
  })
  await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/readyz`)))
  expect(asked).toBeLessThan(5)
})

it('says that it ends, goes on answering for the pause, then finishes what is under way', async () => {
  const { url, held, stop } = await start()
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  await get(`${url}/livez`, agent)
  const slow = get(`${url}/slow`, agent)
  await expect.poll(() => held.length).toBe(1)
  let isReleased = false
  onShutdown({
    release: async () => {
      isReleased = true
    },
    close: async () => {},
  })
  const pauses: number[] = []
  let endPause = () => {}
  const stopped = stop({
    pause: 2_000,
    patience: 60_000,
    most: 60_000,
    wait: (milliseconds) =>
      new Promise<void>((resolve) => {
        pauses.push(milliseconds)
        endPause = resolve
      }),
  })
  expect(await readReadiness(url)).toEqual([503, '2', 'overloaded'])
  expect(await get(`${url}/livez`, agent)).toEqual({ status: 200, connection: 'close' })
  expect([pauses, isReleased]).toEqual([[2_000], false])
  endPause()
  const readOutcome = () =>
    fetch(`${url}/livez`).then(
      () => 'answered',
      () => 'refused',
    )
  await expect.poll(readOutcome, { timeout: 30_000 }).toBe('refused')
  held[0]?.end('done')
  expect(await slow).toMatchObject({ status: 200 })
  await stopped
  expect(isReleased).toBe(true)
})

it('ends in time whatever hangs', async () => {
  const { url, held, stop } = await start()
  fetch(url).catch(() => {})
  await expect.poll(() => held.length).toBe(1)
  onShutdown({ release: () => new Promise(() => {}), close: async () => {} })
  await stop({ pause: 0, patience: 50, most: 100 })
})

it('stops once, however often and by whatever signal it is told to', async () => {
  const signals = new EventEmitter()
  const said: string[] = []
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  onFirstSignal(signals, async () => {
    said.push('stopping')
    await finished
    said.push('stopped')
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM']) expect(signals.emit(signal)).toBe(true)
  finish()
  await expect.poll(() => said.length).toBe(2)
  // Nobody listening would mean that Node.js ends the process there and then.
  for (const signal of ['SIGTERM', 'SIGINT']) expect(signals.emit(signal)).toBe(true)
  expect(said).toEqual(['stopping', 'stopped'])
})
