/** A session that has ended is refused, and the API says when it might not know. */
import { createVerifier, type Verifier } from 'claimcheck'
import { createTestIssuer } from 'claimcheck/testing'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { createApp } from '../src/app.js'
import { createTestLimits } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'
import { expectProblem } from './_problem.js'

const [first] = inject('databases')

describe('revocations', () => {
  let db: TestDatabase
  let verifier: Verifier

  beforeAll(async () => {
    db = await createTestDatabase(first?.url ?? '')
  })
  afterAll(async () => {
    verifier.close()
    await db.close()
  })

  it('end a session with 401 token_revoked, and leave the person their other one', async () => {
    const issuer = await createTestIssuer()
    verifier = createVerifier({ ...issuer.options, revocations: {} })
    const app = toApp()
    const ask = (token: string) =>
      app.request('/api/me/tasks', { headers: { Authorization: `Bearer ${token}` } })
    const phone = await issuer.sign({ sub: 'ada', sid: 'phone' })
    const laptop = await issuer.sign({ sub: 'ada', sid: 'laptop' })
    expect((await ask(phone)).status).toBe(200)
    await issuer.feed.revokeSession('phone')
    await vi.waitFor(async () => expect((await ask(phone)).status).toBe(401), 20_000)
    const refused = await ask(phone)
    expect(refused.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
    await expectProblem(refused, 401, 'token_revoked')
    expect((await ask(laptop)).status).toBe(200)
    verifier.close()
  })

  it('that may go unnoticed make readiness say degraded, and nothing else', async () => {
    let now = Date.now()
    const issuer = await createTestIssuer({ now: () => now })
    verifier = createVerifier({ ...issuer.options, revocations: {} })
    const app = toApp()
    await verifier.ready()
    expect(await (await app.request('/readyz')).json()).toEqual({ status: 'ok' })
    issuer.feed.answerWith(() => Response.error())
    now += 30_000
    const ready = await toApp().request('/readyz')
    expect(ready.status).toBe(200)
    expect(await ready.json()).toEqual({ status: 'degraded' })
  })

  function toApp() {
    return createApp({
      verifier,
      database: db.database,
      log: pino({ level: 'silent' }),
      corsOrigins: [],
      url: 'https://api.test',
      limits: createTestLimits(),
    })
  }
})
