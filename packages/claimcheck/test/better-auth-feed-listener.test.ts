import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt } from 'jose'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createFeedListener, stopIssuer } from '../src/better-auth/index.js'
import { appUrl, createIssuer, createMemoryStore, signUp } from './_better-auth.js'

/** A server that asks the listener first, and Better Auth for the rest. */
async function start(options: { address?: string; auth?: object } = {}) {
  const store = createMemoryStore()
  const auth = await createIssuer(store, options.auth ? { auth: options.auth } : {})
  const listener = await createFeedListener(auth)
  const server = createServer((request, response) => {
    if (listener(request, response, options.address ?? null)) return
    response.writeHead(418).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await stopIssuer(auth)
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  const ask = (path: string, etag = '', init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { 'if-none-match': etag } })
  return { auth, ask }
}

const feed = '/api/auth/revocations'

it.each(['', '/manifest'])('%s: says the same as Better Auth, in the same words', async (path) => {
  const { auth, ask } = await start()
  const bare = await ask(`${feed}${path}`)
  const usual = await auth.handler(new Request(`${appUrl}${feed}${path}`))
  const { iat, exp, ...claims } = decodeJwt(await bare.text())
  const { iat: _, exp: __, ...others } = decodeJwt(await usual.text())
  expect(claims).toEqual(others)
  expect(Number(exp) - Number(iat)).toBe(60)
  for (const name of ['etag', 'content-type', 'cache-control']) {
    expect([name, bare.headers.get(name)]).toEqual([name, usual.headers.get(name)])
  }
  expect(bare.status).toBe(200)
})

it('leaves everything else alone', async () => {
  const { ask } = await start()
  for (const path of ['/', '/api/auth/token', `${feed}/segments/x`, `${feed}/`, '/revocations']) {
    expect([path, (await ask(path)).status]).toEqual([path, 418])
  }
  expect((await ask(feed, '', { method: 'POST' })).status).toBe(418)
})

it('answers where Better Auth is', async () => {
  const { ask } = await start({ auth: { basePath: '/sign-in/' } })
  expect((await ask('/sign-in/revocations/manifest')).status).toBe(200)
  expect((await ask(feed)).status).toBe(418)
})

it('holds a request until there is news', async () => {
  const { auth, ask } = await start()
  const person = await signUp(auth)
  const etag = (await ask(feed)).headers.get('etag') ?? ''
  const held = ask(`${feed}?wait=5`, etag)
  await person.browser.send('POST', '/sign-out', {})
  const answer = await held
  expect([answer.status, answer.headers.get('etag') === etag]).toEqual([200, false])
})

it('holds fifty for one address, counts none that has hung up, and refuses with an empty 429', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  onTestFinished(() => void vi.useRealTimers())
  const { ask } = await start({ address: '192.0.2.1' })
  const etag = (await ask(feed)).headers.get('etag') ?? ''
  const hangUp = new AbortController()
  const answered: Response[] = []
  const held = Array.from({ length: 60 }, () =>
    ask(`${feed}?wait=5`, etag, { signal: hangUp.signal }).then(
      (answer) => void answered.push(answer),
      () => 'hung up',
    ),
  )
  await vi.waitFor(() => expect(answered.length).toBeGreaterThanOrEqual(10), { timeout: 20_000 })
  expect(answered[0]?.headers.get('retry-after')).toBe('1')
  const crowd = await Promise.all(Array.from({ length: 400 }, () => ask(`${feed}?wait=1`, etag)))
  // The clock stands still, so all of them came in one second.
  const refused = crowd.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThanOrEqual(100)
  expect([await refused[0]?.text(), refused[0]?.headers.get('retry-after')]).toEqual(['', '1'])
  hangUp.abort()
  await Promise.all(held)
  await vi.waitFor(
    async () => {
      const { headers } = await ask(`${feed}?wait=0.01`, etag)
      expect(headers.get('retry-after')).toBeNull()
    },
    { timeout: 20_000 },
  )
})

it('answers 503, and when to come back, while the database does not say what is revoked', async () => {
  const { auth, ask } = await start()
  const { adapter } = await auth.$context
  vi.spyOn(adapter, 'findMany').mockRejectedValue(new Error('gone'))
  const answer = await ask(`${feed}/manifest`)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2'])
  expect(await answer.json()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
})
