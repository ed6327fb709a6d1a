import { afterEach, describe, expect, it, vi } from 'vitest'
import { API, openPage, settle } from './_page.js'
import { createTokenClient, SignedOutError, type TokenClient } from './token-client.js'

const open: { dispose?: () => void; close?: () => void }[] = []

afterEach(() => {
  for (const one of open.splice(0)) (one.dispose ?? one.close)?.call(one)
  vi.unstubAllGlobals()
})

/** A second tab of the same browser: a client of its own, with the same issuer and channel. */
function openTab(settings: ReturnType<typeof openPage>['settings']) {
  const tokens = createTokenClient(settings)
  open.push(tokens)
  return { tokens, signedOut: nextSignOut(tokens) }
}

function nextSignOut(tokens: TokenClient): Promise<string> {
  return new Promise((resolve) => {
    tokens.on('signed-out', ({ reason }) => resolve(reason))
  })
}

function listenTo(channel: string | undefined) {
  const messages: unknown[] = []
  const spy = new BroadcastChannel(String(channel))
  open.push(spy)
  const first = new Promise<void>((resolve) => {
    spy.onmessage = ({ data }) => {
      messages.push(data)
      resolve()
    }
  })
  return { messages, first }
}

describe('tabs', () => {
  it('clears every tab when one signs out', async () => {
    const { tokens, settings, issuer } = openPage()
    open.push(tokens)
    const second = openTab(settings)
    const third = openTab(settings)
    await Promise.all([tokens, second.tokens, third.tokens].map((tab) => tab.getToken()))
    issuer.answer(() => ({ error: { status: 401 } }))
    tokens.clear()
    expect(await second.signedOut).toBe('cleared-elsewhere')
    expect(await third.signedOut).toBe('cleared-elsewhere')
    for (const tab of [tokens, second.tokens, third.tokens]) {
      await expect(tab.getToken()).rejects.toBeInstanceOf(SignedOutError)
    }
  })

  it('brings no token back in another tab that was asking at the time', async () => {
    const { tokens, settings, issuer } = openPage()
    open.push(tokens)
    const second = openTab(settings)
    const release = issuer.hold()
    const waiting = second.tokens.getToken()
    await settle()
    tokens.clear()
    await expect(waiting).rejects.toMatchObject({ reason: 'cleared-elsewhere' })
    issuer.answer(() => ({ error: { status: 401 } }))
    await release(issuer.mint())
    await expect(second.tokens.getToken()).rejects.toBeInstanceOf(SignedOutError)
  })

  it('sends signals between tabs, and no token', async () => {
    const { tokens, settings } = openPage()
    open.push(tokens)
    const spy = listenTo(settings.channel)
    await tokens.getToken()
    await tokens.fetch(API)
    tokens.clear()
    await spy.first
    expect(spy.messages).toEqual(['cleared'])
  })

  it('does not pass a signal on, and ignores what is none', async () => {
    const posted: unknown[] = []
    let hear = (_: { data: unknown }) => {}
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        set onmessage(listener: typeof hear) {
          hear = listener
        }
        postMessage(message: unknown) {
          posted.push(message)
        }
      },
    )
    const { tokens, events } = openPage()
    const token = await tokens.getToken()
    for (const data of [null, undefined, 'token', { type: 'cleared' }, ['cleared']]) hear({ data })
    expect(await tokens.getToken()).toBe(token)
    hear({ data: 'cleared' })
    await settle()
    expect(events).toEqual(['refreshed: 900000', 'signed-out: cleared-elsewhere'])
    expect(posted).toEqual([])
  })

  it('leaves tabs of another channel alone', async () => {
    const { tokens, settings } = openPage()
    const other = openPage({ channel: 'another app' })
    open.push(tokens, other.tokens)
    const token = await other.tokens.getToken()
    const spy = listenTo(settings.channel)
    tokens.clear()
    await spy.first
    expect(await other.tokens.getToken()).toBe(token)
    expect(other.events).toEqual(['refreshed: 900000'])
  })

  it.each([
    ['is missing', undefined],
    [
      'cannot be opened',
      class {
        constructor() {
          throw new DOMException('denied', 'SecurityError')
        }
      },
    ],
    [
      'cannot be written to',
      class {
        postMessage() {
          throw new DOMException('closed', 'InvalidStateError')
        }
        close() {}
      },
    ],
  ])('carries on by itself where BroadcastChannel %s', async (_, channel) => {
    vi.stubGlobal('BroadcastChannel', channel)
    const { tokens, issuer, events } = openPage()
    await tokens.getToken()
    tokens.clear()
    await settle()
    expect(events).toEqual(['refreshed: 900000', 'signed-out: cleared'])
    await tokens.getToken()
    expect(issuer.asked).toBe(2)
    tokens.dispose()
  })
})

describe('a page that comes back', () => {
  it('asks again when it was in the page cache, where no signal reaches it', async () => {
    const { tokens, issuer, restore, load, events } = openPage()
    const token = await tokens.getToken()
    load()
    expect(await tokens.getToken()).toBe(token)
    restore()
    expect(await tokens.getToken()).not.toBe(token)
    expect(issuer.asked).toBe(2)
    expect(events).toEqual(['refreshed: 900000', 'refreshed: 900000'])
  })
})
