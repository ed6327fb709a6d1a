import { afterEach, describe, expect, it, vi } from 'vitest'
import { openPage, outcomeOf, settle } from './_page.js'
import { SignedOutError } from './token-client.js'

afterEach(() => vi.unstubAllGlobals())

describe('when the person changes', () => {
  it('never brings a token back that was asked for before the sign-out', async () => {
    const { tokens, issuer, events } = openPage()
    const release = issuer.hold()
    const waiting = tokens.getToken()
    await settle()
    tokens.clear()
    await expect(waiting).rejects.toMatchObject({ code: 'signed_out', reason: 'cleared' })
    issuer.answer(() => ({ error: { status: 401 } }))
    await release(issuer.mint())
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
    expect(events).toEqual(['signed-out: cleared'])
  })

  it('tells the request that is on its way that nobody waits any more', async () => {
    const { tokens, issuer } = openPage()
    let signal: AbortSignal | undefined
    issuer.answer((request) => {
      signal = request.signal
      return new Promise(() => {})
    })
    tokens.getToken().catch(() => {})
    await settle()
    tokens.clear()
    expect(signal?.aborted).toBe(true)
  })

  it('does not mix the question of the last person with that of the next one', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    const alice = outcomeOf(tokens.getToken())
    await alice
    tokens.clear()
    const token = issuer.mint({ sub: 'bob' })
    issuer.answer(() => token)
    expect(await tokens.getToken()).toBe(token)
    await release(issuer.mint({ sub: 'alice' }))
    expect(await tokens.getToken()).toBe(token)
  })

  it('gives nobody a token that arrived in the same turn as the sign-out', async () => {
    const { tokens, issuer } = openPage()
    const release = issuer.hold()
    tokens.on('refreshed', () => tokens.clear())
    const waiting = tokens.getToken()
    await settle()
    const outcome = waiting.catch((error: unknown) => error)
    await release(issuer.mint())
    expect(await outcome).toMatchObject({ code: 'signed_out', reason: 'cleared' })
    issuer.answer(() => ({ error: { status: 401 } }))
    await expect(tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
  })

  it('carries no session on with a token of somebody else', async () => {
    const { tokens, issuer, events } = openPage()
    await tokens.getToken()
    issuer.answer(() => issuer.mint({ sub: 'bob' }))
    await expect(tokens.getToken({ fresh: true })).rejects.toMatchObject({ reason: 'replaced' })
    await settle()
    expect(events).toEqual(['refreshed: 900000', 'signed-out: replaced'])
    expect(await tokens.getToken()).toMatch(/\./)
  })
})
