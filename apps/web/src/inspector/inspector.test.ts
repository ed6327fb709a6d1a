/** What the inspector does on the server, with a real Better Auth: only ever about the person who asks. */
import { rotateKeys } from 'claimcheck/better-auth'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { createDatabase, openBrowser, readClaims, readTestEnv } from '../auth/_app.js'
import { getAuth } from '../auth/running.js'
import { startAuth } from '../auth/server.js'
import { shutDown } from '../lifecycle.js'
import { signFaultyToken } from './faulty-token.js'
import { startPracticeSession } from './practice-session.js'
import { rotateOnce } from './rotation.js'
import { pickStranger } from './stranger.js'

const local = {
  BETTER_AUTH_URL: 'http://localhost:3000',
  API_URL: 'http://localhost:8000',
  TRIAL: '1',
}
const [server] = inject('databases')

afterEach(() => shutDown())

async function start(more: Record<string, string> = local): Promise<void> {
  await startAuth(readTestEnv(await createDatabase(server?.url ?? ''), more))
}

async function signUp(name: string) {
  const browser = openBrowser(local.BETTER_AUTH_URL)
  const answer = await browser.send('POST', '/api/auth/sign-up/email', {
    name,
    email: `${name}@example.com`,
    password: 'correct horse battery',
  })
  const { user } = await answer.json()
  return { browser, id: String(user.id) }
}

describe('the inspector on the server', () => {
  it('signs tokens that are no good, about the session that asks', async () => {
    await start()
    const session = { id: 's-1', userId: 'alice' }
    const expired = readClaims(await signFaultyToken(getAuth(), 'expired', session))
    expect(expired).toMatchObject({ sub: 'alice', sid: 's-1', aud: local.API_URL })
    expect(Number(expired.exp)).toBeLessThan(Date.now() / 1000 - 60)
    const foreign = readClaims(await signFaultyToken(getAuth(), 'audience', session))
    expect(foreign).toMatchObject({ sub: 'alice', iss: local.BETTER_AUTH_URL })
    expect(String(foreign.aud)).toMatch(/\.invalid$/)
  })

  it('signs somebody in a second time, for a few minutes, and gives away no more than a token', async () => {
    await start()
    const alice = await signUp('alice')
    const practice = await startPracticeSession(getAuth(), { id: 's-1', userId: alice.id })
    expect(Object.keys(practice).sort()).toEqual(['id', 'token'])
    expect(readClaims(practice.token)).toMatchObject({ sub: alice.id, sid: practice.id })
    const { adapter } = await getAuth().$context
    const row = await adapter.findOne<{ token: string; expiresAt: Date }>({
      model: 'session',
      where: [{ field: 'id', value: practice.id }],
    })
    expect(row?.expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + 5 * 60_000)
    expect(JSON.stringify(practice)).not.toContain(row?.token)

    const again = await startPracticeSession(getAuth(), { id: 's-1', userId: alice.id })
    const sessions = await adapter.findMany<{ id: string }>({
      model: 'session',
      where: [{ field: 'userId', value: alice.id }],
    })
    expect(sessions.map(({ id }) => id)).toContain(again.id)
    expect(sessions).toHaveLength(2)
  })

  it('ends a practice session with the session that it was made for', async () => {
    await start()
    const alice = await signUp('alice')
    const { session } = await (await alice.browser.send('GET', '/api/auth/get-session')).json()
    const practice = await startPracticeSession(getAuth(), session)
    const { adapter } = await getAuth().$context
    const where = [{ field: 'id', value: practice.id }]
    expect(await adapter.count({ model: 'session', where })).toBe(1)
    await alice.browser.send('POST', '/api/auth/sign-out', {})
    expect(await adapter.count({ model: 'session', where })).toBe(0)
    // What ends through the adapter is in the feed, so that the token is refused as well.
    expect(await adapter.count({ model: 'revocation' })).toBeGreaterThanOrEqual(2)
  })

  it('publishes the next key once, however often somebody asks, and adds no key without end', async () => {
    await start()
    const first = await rotateOnce(getAuth())
    expect(first).toMatchObject({ state: 'published', keyId: expect.any(String) })
    const { keys } = await getAuth().api.getJwks()
    expect(await rotateOnce(getAuth())).toMatchObject({ ...first, signsIn: expect.any(Number) })
    expect((await getAuth().api.getJwks()).keys).toHaveLength(keys.length)

    await shutDown()
    await start()
    while ((await getAuth().api.getJwks()).keys.length < 20) await rotateKeys(getAuth())
    expect(await rotateOnce(getAuth())).toEqual({ state: 'full' })
    expect((await getAuth().api.getJwks()).keys).toHaveLength(20)
  })

  it('names a real stranger in a trial only', async () => {
    await start()
    const [alice, bob] = [await signUp('alice'), await signUp('bob')]
    expect(await pickStranger(getAuth(), alice.id, true)).toBe(bob.id)
    await shutDown()
    await start({ INSPECTOR: 'on' })
    expect(await pickStranger(getAuth(), 'alice', false)).toMatch(/^[0-9a-f-]{36}$/)
  })
})
