import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage, outcomeOf, unauthorized } from './_page.js'

const BILLING = 'https://billing.example.com'
const MINUTE = 60_000

afterEach(() => vi.unstubAllGlobals())

function openTwo() {
  return openPage({ origins: [API, BILLING], audiences: { [BILLING]: 'billing' } })
}

describe('several audiences', () => {
  it('are asked for by name, and each token is kept for its own', async () => {
    const { tokens, issuer } = openTwo()
    const first = await tokens.getToken()
    const billing = await tokens.getToken({ audience: 'billing' })
    expect([readAudience(first), readAudience(billing)]).toEqual([undefined, 'billing'])
    expect(await tokens.getToken()).toBe(first)
    expect(await tokens.getToken({ audience: 'billing' })).toBe(billing)
    expect(issuer.asked).toBe(2)
  })

  it('share no flight, and each has one', async () => {
    const { tokens, issuer } = openTwo()
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        tokens.getToken(index % 2 ? { audience: 'billing' } : {}),
      ),
    )
    expect(new Set(all).size).toBe(2)
    expect(issuer.asked).toBe(2)
  })

  it('go to the origins that they are for', async () => {
    const { tokens, api } = openTwo()
    await tokens.fetch(`${API}/tasks`)
    await tokens.fetch(`${BILLING}/invoices`)
    expect(api.tokens.map((token) => readAudience(token ?? ''))).toEqual([undefined, 'billing'])
  })

  it('a 401 of one API renews the token for that API alone', async () => {
    const { tokens, api, issuer } = openTwo()
    const first = await tokens.getToken()
    const billing = await tokens.getToken({ audience: 'billing' })
    api.answer((request) =>
      request.headers.get('authorization') === `Bearer ${billing}`
        ? unauthorized()
        : Response.json('fine'),
    )
    expect((await tokens.fetch(BILLING)).status).toBe(200)
    expect(readAudience(api.tokens.at(-1) ?? '')).toBe('billing')
    expect(await tokens.getToken()).toBe(first)
    expect(issuer.asked).toBe(3)
  })

  it('are renewed each in its time', async () => {
    const { tokens, issuer, clock } = openTwo()
    const first = await tokens.getToken()
    await clock.advance(10 * MINUTE)
    const billing = await tokens.getToken({ audience: 'billing' })
    await tokens.getToken()
    await clock.advance(4.5 * MINUTE)
    expect(await tokens.getToken()).not.toBe(first)
    expect(await tokens.getToken({ audience: 'billing' })).toBe(billing)
    expect(issuer.asked).toBe(3)
  })

  it('end together, and that is said once', async () => {
    const { tokens, issuer, events } = openTwo()
    await tokens.getToken()
    await tokens.getToken({ audience: 'billing' })
    issuer.answer(() => ({ error: { status: 401 } }))
    const refused = await outcomeOf(tokens.getToken({ audience: 'billing', fresh: true }))
    expect(refused).toMatchObject({ name: 'SignedOutError', reason: 'refused' })
    expect(await outcomeOf(tokens.getToken())).toMatchObject({ name: 'SignedOutError' })
    expect(events.filter((event) => event.startsWith('signed-out'))).toEqual([
      'signed-out: refused',
    ])
  })

  it('a sign-out while the other token is on its way throws that away as well', async () => {
    const { tokens, issuer } = openTwo()
    await tokens.getToken()
    const release = issuer.hold()
    const late = tokens.getToken({ audience: 'billing' })
    const outcome = outcomeOf(late)
    await outcomeOf(Promise.resolve())
    tokens.clear()
    await release(issuer.mint({ aud: 'billing' }))
    await outcome
    await expect(late).rejects.toMatchObject({ reason: 'cleared' })
  })

  it('a token of somebody else ends the session of all', async () => {
    const { tokens, issuer, events } = openTwo()
    await tokens.getToken()
    issuer.answer(({ audience }) => issuer.mint({ sub: 'bob', aud: audience }))
    const outcome = await outcomeOf(tokens.getToken({ audience: 'billing' }))
    expect(outcome).toMatchObject({ reason: 'replaced' })
    expect(events).toContain('signed-out: replaced')
    expect(readClaims(await tokens.getToken()).sub).toBe('bob')
  })

  it('a fetchToken that does not pass the audience on is found out, and no token goes astray', async () => {
    const { tokens, issuer, api } = openTwo()
    issuer.answer(() => issuer.mint({ aud: 'tasks' }))
    const outcome = await outcomeOf(tokens.fetch(`${BILLING}/invoices`))
    expect(outcome).toMatchObject({ name: 'TokenUnavailableError', code: 'token_misdirected' })
    expect(api.requests).toEqual([])
    expect(readAudience(await tokens.getToken())).toBe('tasks')
  })
})

function readClaims(token: string): { sub?: unknown; aud?: unknown } {
  return JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString())
}

function readAudience(token: string): unknown {
  return readClaims(token).aud
}
