import diagnostics from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import pino from 'pino'
import { expect, it, onTestFinished } from 'vitest'
import { startServer } from './server.js'

it('waits ten seconds for headers, thirty for a request, and longer than a balancer for the next', async () => {
  const started = 'http.server.request.start'
  let server: Server | undefined
  // What Node.js says of each request; nothing else has the server at hand.
  const listen = (message: unknown) => {
    server = (message as { server: Server }).server
  }
  diagnostics.subscribe(started, listen)
  const running = await startServer({
    app: { fetch: () => new Response('here') },
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
  })
  onTestFinished(async () => {
    diagnostics.unsubscribe(started, listen)
    await running.stop()
  })
  expect(await (await fetch(running.url)).text()).toBe('here')
  expect(server).toMatchObject({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
  })
})
