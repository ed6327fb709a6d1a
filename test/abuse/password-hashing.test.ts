/** Many sign-ins at the same time: hashing a password takes a thread and a tenth of a second. */

import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createDatabase, openBrowser, readTestEnv } from '../../apps/web/src/auth/_app.js'
import { startAuth } from '../../apps/web/src/auth/server.js'
import { shutDown } from '../../apps/web/src/lifecycle.js'
import { from, openLocalBrowser, password, readCode, signUpAt } from './_web.js'

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
    hold() {
      isHeld = true
    },
    release() {
      isHeld = false
      for (const end of held.splice(0)) end()
    },
  }
}

describe('two hundred sign-ins from two hundred addresses', () => {
  it('hash two at a time, are refused with 503 beyond a short queue, and keep nobody else waiting', async () => {
    const slow = createHeldHashing()
    onTestFinished(() => shutDown())
    const database = await createDatabase(inject('databases')[0]?.url ?? '')
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }), slow)
    const member = openLocalBrowser()
    await signUpAt(member, 'member@example.com', '192.0.2.1')
    slow.hold()
    const done: number[] = []
    const attempts = Array.from({ length: 200 }, async (_, index) => {
      const body = { email: `person-${index}@example.com`, password }
      const address = from(`198.51.100.${index}`)
      const answer = await openBrowser(local.BETTER_AUTH_URL).send(
        'POST',
        '/api/auth/sign-in/email',
        body,
        address,
      )
      done.push(answer.status)
      return answer
    })
    // While not one hash gets anywhere: a token, the keys, the feed, and a sign-out.
    for (const path of ['/token', '/jwks', '/revocations', '/get-session']) {
      expect((await member.send('GET', `/api/auth${path}`)).status).toBe(200)
    }
    expect((await member.send('POST', '/api/auth/sign-out', {})).status).toBe(200)
    expect(done.filter((status) => status !== 503)).toEqual([])
    // Eighteen are being hashed or in the queue; whoever comes beyond has been told to come again.
    const refused = await Promise.race(attempts)
    expect(await readCode(refused)).toEqual([503, 'overloaded'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    slow.release()
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401).length).toBe(18)
    expect(new Set(statuses)).toEqual(new Set([401, 503]))
    expect(slow.most()).toBe(2)
  })
})
