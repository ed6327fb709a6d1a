import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { toRevocationEntry } from '../src/contract.js'
import { createVerifier } from '../src/index.js'
import {
  apiUrl,
  appUrl,
  createDatabase,
  createIssuer,
  openBrowser,
  openPostgresStore,
  type Store,
  secret,
  signIn,
  signUp,
  type TestAuth,
} from './_better-auth.js'
import { holdReference, readFeed } from './_feed.js'

const path = fileURLToPath(new URL('_issuer-process.js', import.meta.url))
const [server] = inject('databases')
const children = new Set<ChildProcess>()

describe('an issuer in a process of its own', () => {
  let url: string
  let store: Store
  let auth: TestAuth

  beforeAll(async () => {
    url = await createDatabase(server?.url ?? '')
    store = openPostgresStore(url)
    auth = await createIssuer(store)
  })

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await store.close()
  })

  async function startProcess(statement = '') {
    const env = { DATABASE: url, SECRET: secret, APP_URL: appUrl, API_URL: apiUrl }
    const child = fork(path, {
      env: { ...process.env, ...env, STOP_AT: statement },
      execArgv: [],
      stdio: 'ignore',
    })
    children.add(child)
    const [{ port }] = await once(child, 'message')
    const handler = (request: Request) => {
      const { pathname, search } = new URL(request.url)
      return fetch(`http://127.0.0.1:${port}${pathname}${search}`, request)
    }
    return { child, handler, port: Number(port) }
  }

  /** Hands each connection to the next of several ports, and tells which of them were asked for the feed. */
  async function balance(ports: readonly number[]) {
    let connections = 0
    const asked: number[] = []
    const server = createServer((client) => {
      const index = connections % ports.length
      connections += 1
      const upstream = connect(ports[index] ?? 0, '127.0.0.1')
      client.on('data', (chunk) => {
        if (chunk.includes('/revocations/manifest')) asked.push(index)
      })
      client.pipe(upstream).pipe(client)
      for (const socket of [client, upstream]) {
        socket.on('error', () => undefined)
        socket.on('close', () => [client, upstream].map((one) => one.destroy()))
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    // A server that listens on TCP has a port.
    return { asked, port: (server.address() as AddressInfo).port }
  }

  const requests = [
    ['/sign-out', () => ({})],
    ['/revoke-sessions', () => ({})],
    ['/delete-user', (password: string) => ({ password })],
    [
      '/change-password',
      (password: string) => ({ currentPassword: password, newPassword: 'a new password' }),
    ],
    ['/revoke-other-sessions', () => ({})],
  ] as const
  const places = ['insert into "revocation"', 'delete from "session"', '', '']

  /** Kills it in the middle of a request; a session that is gone must have its tokens refused. */
  async function killOnce(round: number): Promise<string> {
    const [route, toBody] = requests[round % requests.length] ?? requests[0]
    const place = places[round % places.length] ?? ''
    const { child, handler } = await startProcess(place)
    const person = await signUp(auth)
    const browsers = [person.browser, await signIn(auth, person)]
    const tokens = await Promise.all(browsers.map((browser) => browser.token()))
    const request = openBrowser(handler, person.browser.cookies)
      .send('POST', route, toBody(person.password))
      .catch(() => null)
    if (place) await once(child, 'message')
    else if (round % 4 === 3) await request
    else await new Promise((resolve) => setTimeout(resolve, round))
    child.kill('SIGKILL')
    await once(child, 'exit')
    children.delete(child)
    await request
    return describeSessions(
      tokens.map((token) => decodeJwt<{ sid: string }>(token ?? '').sid),
      person.userId,
    )
  }

  async function describeSessions(sids: readonly string[], userId: string): Promise<string> {
    const { adapter } = await auth.$context
    // A document may be as old as this; the promise is two seconds.
    await new Promise((resolve) => setTimeout(resolve, 260))
    const { document } = await readFeed(auth)
    const isDeleted = document.subs.includes(await toRevocationEntry(appUrl, 'sub', userId))
    const states = await Promise.all(
      sids.map(async (sid) => {
        const session = await adapter.findOne({
          model: 'session',
          where: [{ field: 'id', value: sid }],
        })
        const entry = await toRevocationEntry(appUrl, 'sid', sid)
        const isRefused = isDeleted || document.sids.includes(entry)
        return session ? 'session alive' : isRefused ? 'both gone' : 'session gone, token alive'
      }),
    )
    return states.join(', ')
  }

  it('an issuer process killed again and again leaves no session gone whose token is alive', {
    timeout: 240_000,
  }, async () => {
    const ends: string[] = []
    // Five of them meet each request and each place once.
    const kills = inject('isLong') ? 50 : 5
    for (let round = 0; round < kills; round += 5) {
      const batch = Array.from({ length: 5 }, (_, index) => killOnce(round + index))
      ends.push(...(await Promise.all(batch)))
    }
    expect(ends).toHaveLength(kills)
    expect(ends.filter((end) => end.includes('token alive'))).toEqual([])
    expect(
      ends.filter((end) => end.includes('both gone')).length,
      'some got that far',
    ).toBeGreaterThan(0)
    expect(
      ends.filter((end) => end.includes('session alive')).length,
      'some did not',
    ).toBeGreaterThan(0)
  })

  it('an issuer process ends at once when it is told to, with 20 requests held', {
    timeout: 30_000,
  }, async () => {
    const { child, handler } = await startProcess()
    const { etag } = await readFeed({ handler })
    const headers = { 'if-none-match': etag }
    const held = Array.from({ length: 20 }, () =>
      handler(new Request(`${appUrl}/api/auth/revocations?wait=5`, { headers })),
    )
    await new Promise((resolve) => setTimeout(resolve, 500))
    const isReferenceHeld = await holdReference()
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    children.delete(child)
    expect(code).toBe(0)
    expect(isReferenceHeld(), 'what is held ends before its time').toBe(true)
    const answers = await Promise.all(held)
    expect(answers.map((answer) => answer.headers.get('etag'))).toEqual(Array(20).fill(etag))
  })

  it.each(Array.from({ length: inject('isLong') ? 6 : 1 }, (_, round) => round + 1))(
    'an issuer process that stalls is noticed, and another one tells of a sign-out on another connection (%i)',
    {
      timeout: 120_000,
    },
    async () => {
      const issuers = await Promise.all([startProcess(), startProcess()])
      const { asked, port } = await balance(issuers.map((issuer) => issuer.port))
      const verifier = createVerifier({
        issuer: appUrl,
        audience: apiUrl,
        jwksUrl: `http://127.0.0.1:${port}/api/auth/jwks`,
        revocations: { url: `http://127.0.0.1:${port}/api/auth/revocations` },
        log: false,
      })
      onTestFinished(() => verifier.close())
      const [person, bystander] = [await signUp(auth), await signUp(auth)]
      const tokens = [await person.browser.token(), await bystander.browser.token()]
      const verdict = (token = '') =>
        verifier.verify(token).then(
          () => 'accepted',
          (error) => error.code,
        )
      await vi.waitFor(async () => expect(await verdict(tokens[0] ?? '')).toBe('accepted'), {
        timeout: 60_000,
      })
      await vi.waitFor(() => expect(asked).not.toEqual([]), { timeout: 60_000 })
      const last = asked.at(-1) ?? 0
      issuers[last]?.child.kill('SIGSTOP')
      const before = asked.length
      const other = issuers[1 - last]
      const { failures } = verifier.stats().revocations[0] ?? {}
      const browser = openBrowser(other?.handler ?? auth.handler, person.browser.cookies)
      expect((await browser.send('POST', '/sign-out', {})).status).toBe(200)
      const answered = performance.now()
      await vi.waitFor(async () => expect(await verdict(tokens[0] ?? '')).toBe('token_revoked'), {
        timeout: 60_000,
        interval: 10,
      })
      const took = performance.now() - answered
      expect(await verdict(tokens[1] ?? '')).toBe('accepted')
      expect(verifier.stats().revocations[0]?.failures, 'before the stalled one was given up').toBe(
        failures,
      )
      expect(asked.slice(before)).toContain(1 - last)
      if (inject('isLong')) expect(took).toBeLessThan(2_000)
    },
  )
})
