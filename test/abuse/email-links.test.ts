/** Links in messages that somebody kept, intercepted, or opened often. */
import { describe, expect, it } from 'vitest'
import { openBrowser } from '../../apps/web/src/auth/_app.js'
import { getAuth } from '../../apps/web/src/auth/running.js'
import { type Browser, from, password, readCode, readLink, startWeb } from './_web.js'

type Web = Awaited<ReturnType<typeof startWeb>>

const next = 'another good password'
let caller = 0

function post(path: string, body: unknown, browser: Browser = openBrowser()): Promise<Response> {
  caller += 1
  const address = from(`203.0.${caller >> 8}.${caller & 255}`)
  return browser.send('POST', `/api/auth${path}`, body, address)
}

async function join(web: Web, email: string): Promise<Browser> {
  const browser = openBrowser()
  await post('/sign-up/email', { name: 'Test', email, password }, browser)
  await browser.send('GET', readLink(await web.untilMail(email)))
  return browser
}

/** Has a link sent, and gives the token in it. */
async function askForReset(web: Web, email: string, count: number): Promise<string> {
  await post('/request-password-reset', { email })
  return /reset-password\/(\w+)/.exec(await web.untilMail(email, count))?.[1] ?? ''
}

async function reset(token: string): Promise<[number, unknown]> {
  return readCode(await post('/reset-password', { token, newPassword: next }))
}

async function countSessions(email: string): Promise<number> {
  const { internalAdapter } = await getAuth().$context
  const found = await internalAdapter.findUserByEmail(email)
  return (await internalAdapter.listSessions(found?.user.id ?? '')).length
}

const dead = [400, 'INVALID_TOKEN']

describe('a link for a new password', () => {
  it('dies when another one was used', async () => {
    const web = await startWeb()
    await join(web, 'alice@example.com')
    const older = await askForReset(web, 'alice@example.com', 2)
    const newer = await askForReset(web, 'alice@example.com', 3)
    expect(newer).not.toBe(older)
    expect((await reset(newer))[0]).toBe(200)
    expect(await reset(older)).toEqual(dead)
    expect(await reset(newer)).toEqual(dead)
    const opened = await openBrowser().send(
      'GET',
      `/api/auth/reset-password/${older}?callbackURL=%2Freset-password`,
    )
    expect(opened.headers.get('location')).toBe('/reset-password?error=INVALID_TOKEN')
  })

  it('dies when the password was changed', async () => {
    const web = await startWeb()
    const alice = await join(web, 'alice@example.com')
    const token = await askForReset(web, 'alice@example.com', 2)
    const body = { currentPassword: password, newPassword: 'the third good password' }
    expect((await post('/change-password', body, alice)).status).toBe(200)
    expect(await reset(token)).toEqual(dead)
  })

  it('dies with the address that it was sent to', async () => {
    const web = await startWeb()
    const alice = await join(web, 'old@example.com')
    const token = await askForReset(web, 'old@example.com', 2)
    await post('/change-email', { newEmail: 'new@example.com', password }, alice)
    await alice.send('GET', readLink(await web.untilMail('new@example.com')))
    expect(await reset(token)).toEqual(dead)
  })

  it('survives a password that is too short, and works once however many use it at the same time', async () => {
    const web = await startWeb()
    await join(web, 'alice@example.com')
    const token = await askForReset(web, 'alice@example.com', 2)
    const short = await post('/reset-password', { token, newPassword: 'short' })
    expect(await readCode(short)).toEqual([400, 'PASSWORD_TOO_SHORT'])
    const answers = await Promise.all(Array.from({ length: 6 }, () => reset(token)))
    expect(answers.map(([status]) => status).sort()).toEqual([200, 400, 400, 400, 400, 400])
  })
})

describe('a link to confirm an address', () => {
  it('makes one session, however many open it at the same time', async () => {
    const web = await startWeb()
    await post('/sign-up/email', { name: 'Test', email: 'alice@example.com', password })
    const link = readLink(await web.untilMail('alice@example.com'))
    const opened = await Promise.all(
      Array.from({ length: 6 }, () => openBrowser().send('GET', link)),
    )
    expect(opened.map((answer) => answer.headers.get('location'))).toEqual(
      Array(6).fill('/verify-email?confirmed'),
    )
    expect(await countSessions('alice@example.com')).toBe(1)
    await openBrowser().send('GET', link)
    expect(await countSessions('alice@example.com')).toBe(1)
  })
})

describe('a link for a new address', () => {
  const callbackURL = '/account?email=changed'

  it('confirms without a session, and signs nobody in', async () => {
    const web = await startWeb()
    const alice = await join(web, 'old@example.com')
    await post('/change-email', { newEmail: 'new@example.com', password, callbackURL }, alice)
    const stranger = openBrowser()
    const link = readLink(await web.untilMail('new@example.com'))
    const opened = await stranger.send('GET', link)
    expect([opened.status, opened.headers.get('location')]).toEqual([302, callbackURL])
    expect(opened.headers.getSetCookie()).toEqual([])
    expect(await countSessions('new@example.com')).toBe(1)
    const session = await (await alice.send('GET', '/api/auth/get-session')).json()
    expect(session).toMatchObject({ user: { email: 'new@example.com', emailVerified: true } })
    const again = await openBrowser().send('GET', link)
    expect(again.headers.get('location')).toBe(`${callbackURL}&error=INVALID_TOKEN`)
  })

  it('dies when the password was changed, so that a thief cannot keep one in hand', async () => {
    const web = await startWeb()
    const alice = await join(web, 'alice@example.com')
    await post('/change-email', { newEmail: 'thief@example.com', password, callbackURL }, alice)
    const link = readLink(await web.untilMail('thief@example.com'))
    await post('/change-password', { currentPassword: password, newPassword: next }, alice)
    const opened = await openBrowser().send('GET', link)
    expect(opened.headers.get('location')).toBe(`${callbackURL}&error=INVALID_TOKEN`)
    expect(await countSessions('alice@example.com')).toBe(1)
    const signedIn = await post('/sign-in/email', { email: 'alice@example.com', password: next })
    expect(signedIn.status).toBe(200)
  })

  it('leads nowhere but to this site', async () => {
    const web = await startWeb()
    const alice = await join(web, 'old@example.com')
    await post('/change-email', { newEmail: 'new@example.com', password }, alice)
    const link = new URL(
      readLink(await web.untilMail('new@example.com')),
      'https://app.example.com',
    )
    for (const target of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      link.searchParams.set('callbackURL', target)
      const opened = await openBrowser().send('GET', `${link.pathname}${link.search}`)
      const location = opened.headers.get('location') ?? '/'
      expect(new URL(location, link).origin).toBe(link.origin)
    }
  })
})
