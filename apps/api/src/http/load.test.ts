import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { ApiError } from '../errors.js'
import type { ApiEnv } from './context.js'
import { createLoad, type Load } from './load.js'

const signals = { waiting: 0, delay: 0 }
let load: Load
afterEach(() => load.close())

describe('load', () => {
  it('turns away more and more while too much is asked for, and less and less afterwards', async () => {
    const { hold, release } = start()
    await hold(40)
    signals.delay = 300
    for (let look = 0; look < 3; look += 1) load.measure()
    expect(load.share).toBeGreaterThan(0.5)
    for (let look = 0; look < 20; look += 1) load.measure()
    expect(load.share).toBe(0.95)
    release()
    signals.delay = 0
    for (let look = 0; look < 40; look += 1) load.measure()
    expect(load.share).toBe(0)
  })

  it('notices requests that wait for the database as well', async () => {
    const { hold } = start()
    await hold(40)
    signals.waiting = 500
    load.measure()
    expect(load.share).toBeGreaterThan(0)
  })

  it('does not blame few requests for a late event loop', async () => {
    const { hold } = start()
    await hold(10)
    signals.delay = 5000
    load.measure()
    expect(load.share).toBe(0)
  })

  it('answers 503 overloaded to whom it hits, and probes always', async () => {
    const { app, hold } = start(() => 0)
    await hold(40)
    signals.delay = 5000
    load.measure()
    await expect(async () => app.request('/x')).rejects.toThrow()
    expect((await app.request('/livez')).status).toBe(200)
  })
})

function start(random = () => 0.999) {
  signals.waiting = 0
  signals.delay = 0
  load = createLoad({ readWaiting: () => signals.waiting, readDelay: () => signals.delay, random })
  const app = new Hono<ApiEnv>()
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  app.onError((error) => {
    expect(error).toMatchObject({ code: 'overloaded', retryAfter: 1 })
    expect(error).toBeInstanceOf(ApiError)
    throw error
  })
  app.use(load.middleware)
  app.get('/held', async (c) => {
    await held
    return c.text('late')
  })
  app.get('/x', (c) => c.text('x'))
  app.get('/livez', (c) => c.text('ok'))
  return {
    app,
    release,
    hold: async (requests: number) => {
      for (let each = 0; each < requests; each += 1) void app.request('/held')
      await Promise.resolve()
    },
  }
}
