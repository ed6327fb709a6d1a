/** What Prometheus is told of the web app, by whom it may be read, and that routes have names. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createDatabase, openBrowser, readTestEnv } from '../auth/_app.js'
import { createLogger } from '../auth/log.js'
import { getAuth, getParts } from '../auth/running.js'
import { startAuth } from '../auth/server.js'
import { mintToken } from '../auth/sessions/mint-token.js'
import { shutDown } from '../lifecycle.js'
import { createHashGate } from './hash-gate.js'
import { createMetrics, type MetricsOptions } from './metrics.js'
import { createMetricsServer } from './metrics-server.js'
import { createObserver } from './observe.js'
import { createRouteNames, readPages } from './route-name.js'
import { createWebServer } from './server.js'

const person = { name: 'Alice', email: 'alice@example.com', password: 'correct horse battery' }
type Figures = MetricsOptions['readFigures']

const none = {
  signIns: {},
  tokens: {},
  hashes: { running: 0, waiting: 0 },
  pool: { total: 0, idle: 0, waiting: 0 },
}

/** The server around an app that answers 200, and holds what waits. */
async function start(readFigures: Figures = () => none) {
  const observer = createObserver(
    createRouteNames(['/dashboard'], ['/token', '/revocations']),
    (answered) => metrics.observe(answered),
  )
  const metrics = createMetrics({ readFigures, readHeld: () => observer.held })
  const server = createWebServer({
    env: readTestEnv('postgres://nobody@127.0.0.1/none'),
    log: createLogger('silent'),
    answersFeed: () => false,
    handle: (request, response) => {
      if (!request.url?.includes('wait=')) response.end('ok')
    },
    observe: observer.begin,
    hashes: createHashGate(),
    onShed: () => undefined,
    checkDatabase: async () => {},
    metrics,
    isStopping: () => false,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return { metrics, observer, port, url: `http://127.0.0.1:${port}` }
}

/** With a Host header of its own, which fetch does not let one choose. */
function read(port: number, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    send({ port, host: '127.0.0.1', path: '/metrics', headers }, (response) => {
      response
        .on('data', (chunk) => {
          text += chunk
        })
        .on('end', () => resolve(text))
    })
      .on('error', reject)
      .end()
  })
}

describe('/metrics', () => {
  it('tells requests by route and status, and what waits for news', async () => {
    const { url, observer } = await start()
    await fetch(`${url}/api/auth/token?of=a-person`)
    await fetch(`${url}/dashboard?q=a-secret`)
    await fetch(`${url}/a-path-that-somebody-made-up`)
    const hangUp = new AbortController()
    fetch(`${url}/api/auth/revocations?wait=5`, { signal: hangUp.signal }).catch(() => {})
    await expect.poll(() => observer.held.get('/api/auth/revocations')).toBe(1)
    const text = await (await fetch(`${url}/metrics`)).text()
    for (const line of [
      'claimcheck_web_requests_total{route="/api/auth/token",status="200"} 1',
      'claimcheck_web_requests_total{route="/dashboard",status="200"} 1',
      'claimcheck_web_requests_total{route="none",status="200"} 1',
      'claimcheck_web_request_seconds_count{route="/dashboard"} 1',
      'claimcheck_web_held_requests{route="/api/auth/revocations"} 1',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds')
    expect(text).not.toMatch(/a-person|a-secret|made-up/)
    hangUp.abort()
    await expect.poll(() => observer.held.get('/api/auth/revocations')).toBe(0)
  })

  it('is told to this machine alone, and not through a proxy', async () => {
    const { port } = await start()
    const own = `localhost:${port}`
    expect(await read(port, { host: own })).toContain('claimcheck_web_requests_total')
    for (const headers of [
      { host: own, 'x-forwarded-for': '203.0.113.7' },
      { host: own, 'x-forwarded-for': '127.0.0.1' },
      { host: own, forwarded: 'for=203.0.113.7' },
      { host: own, via: '1.1 proxy' },
      { host: 'app.example.com' },
      { host: 'localhost.evil.example' },
    ]) {
      // What the app itself says to a path it does not know; here that is 200.
      expect(await read(port, headers)).toBe('ok')
    }
  })

  it('answers alone on a port of its own', async () => {
    const { metrics } = await start()
    const server = createMetricsServer(metrics)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
    expect(await read(port, { host: 'metrics.internal:9090' })).toContain('claimcheck_web_')
    expect((await fetch(`http://127.0.0.1:${port}/dashboard`)).status).toBe(404)
  })

  it('tells sign-ins and tokens by outcome, password hashes and connections', async () => {
    onTestFinished(() => shutDown())
    const database = await createDatabase(inject('databases')[0]?.url ?? '')
    const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
    let finishHash = () => {}
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }), {
      hashing: {
        hash: async (given) => given,
        verify: async ({ hash, password }) => {
          if (password === 'slow') await new Promise<void>((resolve) => (finishHash = resolve))
          return hash === password
        },
      },
    })
    const browser = openBrowser(local.BETTER_AUTH_URL)
    await browser.send('POST', '/api/auth/sign-up/email', person)
    await browser.send('POST', '/api/auth/sign-in/email', person)
    await browser.send('POST', '/api/auth/sign-in/email', { ...person, password: 'wrong one' })
    await browser.send('GET', '/api/auth/token')
    await openBrowser(local.BETTER_AUTH_URL).send('GET', '/api/auth/token')
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    expect(await mintToken(getAuth(), new Headers({ cookie }))).not.toBeNull()
    const slow = browser.send('POST', '/api/auth/sign-in/email', { ...person, password: 'slow' })
    await expect.poll(() => getParts().readFigures().hashes.running).toBe(1)
    const { url } = await start(getParts().readFigures)
    const text = await (await fetch(`${url}/metrics`)).text()
    finishHash()
    expect((await slow).status).toBe(401)
    for (const line of [
      'claimcheck_web_sign_ins_total{outcome="accepted"} 1',
      'claimcheck_web_sign_ins_total{outcome="invalid_email_or_password"} 1',
      'claimcheck_web_tokens_total{outcome="accepted"} 2',
      'claimcheck_web_tokens_total{outcome="unauthorized"} 1',
      'claimcheck_web_password_hashes{state="running"} 1',
      'claimcheck_web_password_hashes{state="waiting"} 0',
      'claimcheck_web_pool_connections{state="waiting"} 0',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).not.toMatch(/alice|localhost/)
  })
})

describe('the name of a route', () => {
  /** The folder of a build, with what Next.js leaves in it. */
  function build(): string {
    const folder = mkdtempSync(join(tmpdir(), 'claimcheck-build-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, '.next'))
    const routes = {
      '/(auth)/sign-in/page': '/sign-in',
      '/_not-found/page': '/_not-found',
      '/api/[...unknown]/route': '/api/[...unknown]',
    }
    const file = join(folder, '.next/app-path-routes-manifest.json')
    writeFileSync(file, JSON.stringify(routes))
    return folder
  }

  it.each([
    ['/sign-in?next=/a-secret', '/sign-in'],
    ['/', '/'],
    ['/api/session?wait', '/api/session'],
    ['/api/auth/token?x', '/api/auth/token'],
    ['/api/auth/reset-password/a-secret', '/api/auth/reset-password/:token'],
    ['/api/auth/made-up', 'none'],
    ['/api/[...unknown]', 'none'],
    ['/_next/static/made-up.js', '/_next'],
    ['/made-up', 'none'],
    ['*', 'none'],
  ])('of %s is %s', (url, route) => {
    const name = createRouteNames(readPages(build()), ['/token', '/reset-password/:token'])
    expect(name(url)).toBe(route)
  })

  it('is that of no page where nothing is built', () => {
    expect(readPages('/nowhere')).toEqual([])
  })
})
