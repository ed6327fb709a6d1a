/** A database that neither answers nor says that it does not. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, inject, it, onTestFinished } from 'vitest'
import { shutDown } from '../../lifecycle.js'
import { createDatabase, openBrowser, readTestEnv } from '../_app.js'
import { startAuth } from '../server.js'

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
const person = { name: 'Alice', email: 'alice@example.com', password: 'correct horse battery' }

/** Passes bytes on until it is told to hold them. */
async function startProxy(target: URL) {
  const sockets = new Set<Socket>()
  let isHeld = false
  const server = createServer((inner) => {
    const host = target.searchParams.get('host')
    const port = Number(target.port || 5432)
    const outer = host?.startsWith('/')
      ? connect(`${host}/.s.PGSQL.${port}`)
      : connect(port, target.hostname)
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', (chunk) => {
        if (!isHeld) to.write(chunk)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return {
    port,
    hold(held: boolean) {
      isHeld = held
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

it('is a reason for 503 on every way to it, and is used again when it answers', async () => {
  const database = new URL(await createDatabase(inject('databases')[0]?.url ?? ''))
  const proxy = await startProxy(database)
  onTestFinished(async () => {
    proxy.close()
    await shutDown()
  })
  const through = new URL(database)
  through.hostname = '127.0.0.1'
  through.port = String(proxy.port)
  through.searchParams.delete('host')
  await startAuth(readTestEnv(through.href, { ...local, TRIAL: '1' }))
  const browser = openBrowser(local.BETTER_AUTH_URL)
  await browser.send('POST', '/api/auth/sign-up/email', person)
  expect((await browser.send('GET', '/api/auth/token')).status).toBe(200)
  proxy.hold(true)
  const answers = await Promise.all([
    browser.send('GET', '/api/auth/token'),
    browser.send('GET', '/api/auth/get-session'),
    openBrowser(local.BETTER_AUTH_URL).send('POST', '/api/auth/sign-in/email', person),
    openBrowser(local.BETTER_AUTH_URL).send('POST', '/api/auth/sign-up/email', person),
  ])
  expect(answers.map((answer) => [answer.status, answer.headers.get('retry-after')])).toEqual(
    Array(4).fill([503, expect.any(String)]),
  )
  proxy.hold(false)
  expect((await browser.send('GET', '/api/auth/token')).status).toBe(200)
})
