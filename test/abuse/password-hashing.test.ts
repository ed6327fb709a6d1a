/** Many sign-ins at the same time: hashing a password takes a thread and a tenth of a second. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from 'better-auth/node'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { createDatabase, readTestEnv } from '../../apps/web/src/auth/_app.js'
import { answerAuth } from '../../apps/web/src/auth/answer.js'
import { hashLimits } from '../../apps/web/src/auth/limits/limits.js'
import type { AuthLogger } from '../../apps/web/src/auth/log.js'
import { getAuth, getParts } from '../../apps/web/src/auth/running.js'
import { startAuth } from '../../apps/web/src/auth/server.js'
import type { Env } from '../../apps/web/src/env.js'
import { createHashGate } from '../../apps/web/src/http/hash-gate.js'
import { createWebServer } from '../../apps/web/src/http/server.js'
import { shutDown } from '../../apps/web/src/lifecycle.js'
import { openLocalBrowser, password, readCode, signUpAt } from './_web.js'

/** How many sign-ins are taken at the same time. */
const places = hashLimits.running + hashLimits.waiting

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }

/** Hashes that end when the test says so. */
function createHeldHashing() {
  const held: (() => void)[] = []
  let isHeld = false
  let running = 0
  let most = 0
  async function take(): Promise<void> {
    running += 1
    most = Math.max(most, running)
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve))
    running -= 1
  }
  return {
    hashing: {
      hash: async (given: string) => take().then(() => given),
      verify: async ({ hash, password: given }: { hash: string; password: string }) =>
        take().then(() => hash === given),
    },
    most: () => most,
    waiting: () => held.length,
    hold() {
      isHeld = true
    },
    release() {
      isHeld = false
      for (const end of held.splice(0)) end()
    },
  }
}

/** The web server without Next.js: in front of Better Auth as the app answers for it. */
async function startServer(env: Env) {
  const log: AuthLogger = { disabled: true, level: 'error', log: () => undefined }
  const server = createWebServer({
    env,
    log,
    answersFeed: getParts().answersFeed,
    handle: toNodeHandler((request) => answerAuth(getAuth(), request)),
    observe: () => undefined,
    // Patient, because the hashes are held here for as long as a busy machine takes to send all that is sent.
    hashes: createHashGate({ patience: 60_000 }),
    onShed: getParts().counts.countShed,
    checkDatabase: async () => undefined,
    metrics: null,
    isStopping: () => false,
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return (method: 'GET' | 'POST', path: string, address: string, body?: unknown, cookie = '') =>
    fetch(`http://127.0.0.1:${port}/api/auth${path}`, {
      method,
      headers: {
        cookie,
        origin: local.BETTER_AUTH_URL,
        'x-forwarded-for': address,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
}

describe('two hundred sign-ins from two hundred addresses', () => {
  it('hash one or two at a time, are refused with 503 beyond a short queue, and keep nobody else waiting', async () => {
    const slow = createHeldHashing()
    onTestFinished(() => shutDown())
    const database = await createDatabase(inject('databases')[0]?.url ?? '')
    const env = readTestEnv(database, { ...local, TRIAL: '1' })
    await startAuth(env, slow)
    const send = await startServer(env)
    const member = openLocalBrowser()
    await signUpAt(member, 'member@example.com', '192.0.2.1')
    const cookie = [...member.cookies].map((pair) => pair.join('=')).join('; ')
    slow.hold()
    const done: number[] = []
    const attempts = Array.from({ length: 200 }, async (_, index) => {
      const body = { email: `person-${index}@example.com`, password }
      const answer = await send('POST', '/sign-in/email', `198.51.100.${index}`, body)
      done.push(answer.status)
      return answer
    })
    // While not one hash gets anywhere: a token, the keys, the feed, and a sign-out.
    for (const path of ['/token', '/jwks', '/revocations', '/get-session']) {
      expect((await send('GET', path, '192.0.2.1', undefined, cookie)).status).toBe(200)
    }
    const end = await send('POST', '/sign-out', '192.0.2.1', {}, cookie)
    expect(end.status).toBe(200)
    // Eighteen are being hashed or in the queue; whoever comes beyond has been told to come again.
    await vi.waitFor(() => expect(done).toHaveLength(200 - places), { timeout: 60_000 })
    expect(new Set(done)).toEqual(new Set([503]))
    const refused = await Promise.race(attempts)
    expect(await readCode(refused)).toEqual([503, 'overloaded'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('connection')).not.toBe('close')
    slow.release()
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 503)).toHaveLength(places)
    expect(slow.most()).toBe(hashLimits.running)
    // Whoever was turned away is counted with those who were looked at.
    const { overloaded, invalid_email_or_password } = getParts().readFigures().signIns
    expect([overloaded, invalid_email_or_password]).toEqual([200 - places, places])
  })

  it('leave half of the queue to others where they come from one address', async () => {
    const slow = createHeldHashing()
    onTestFinished(() => shutDown())
    const database = await createDatabase(inject('databases')[0]?.url ?? '')
    const env = readTestEnv(database, { ...local, TRIAL: '1' })
    await startAuth(env, slow)
    const send = await startServer(env)
    await signUpAt(openLocalBrowser(), 'member@example.com', '192.0.2.1')
    slow.hold()
    const done: number[] = []
    const body = { email: 'nobody@example.com', password }
    const attempts = Array.from({ length: 40 }, async () =>
      done.push((await send('POST', '/sign-in/email', '198.51.100.7', body)).status),
    )
    await vi.waitFor(() => expect(done).toHaveLength(31), { timeout: 60_000 })
    expect(new Set(done)).toEqual(new Set([503]))
    const owner = send('POST', '/sign-in/email', '192.0.2.1', {
      email: 'member@example.com',
      password,
    })
    await vi.waitFor(() => expect(slow.waiting()).toBe(hashLimits.running), { timeout: 60_000 })
    slow.release()
    expect((await owner).status).toBe(200)
    await Promise.all(attempts)
  })
})
