import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
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
  signIn,
  signUp,
  type TestAuth,
} from './_better-auth.js'
import { readFeed } from './_feed.js'
import { buildIssuerProgram, type IssuerProgram } from './_issuer-process.js'

const [server] = inject('databases')

describe('an issuer in a process of its own', () => {
  let url: string
  let store: Store
  let auth: TestAuth
  let program: IssuerProgram

  beforeAll(async () => {
    program = await buildIssuerProgram()
    url = await createDatabase(server?.url ?? '')
    store = openPostgresStore(url)
    auth = await createIssuer(store)
  })

  afterAll(async () => {
    await program.remove()
    await store.close()
  })

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
    const { child, handler } = await program.start(url, { stopAt: place })
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

  it('an issuer process ends at once when it is told to, with 20 requests held, and answers them', async () => {
    const { child, handler } = await program.start(url)
    const { etag } = await readFeed({ handler })
    const headers = { 'if-none-match': etag }
    const arrived = vi.fn()
    child.on('message', arrived)
    const held = Promise.allSettled(
      Array.from({ length: 20 }, () =>
        handler(new Request(`${appUrl}/api/auth/revocations?wait=5`, { headers })),
      ),
    )
    await vi.waitFor(() => expect(arrived).toHaveBeenCalledTimes(20), { timeout: 30_000 })
    // What arrives after them is answered after they are held.
    await readFeed({ handler })
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    const answers = await held
    const tags = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value.headers.get('etag') : answer.reason,
    )
    expect(tags).toEqual(Array(20).fill(etag))
  })

  it.each(Array.from({ length: inject('isLong') ? 6 : 1 }, (_, round) => round + 1))(
    'an issuer process that stalls is noticed, and another one tells of a sign-out on another connection (%i)',
    {
      timeout: 120_000,
    },
    async () => {
      const issuers = await Promise.all([program.start(url), program.start(url)])
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
