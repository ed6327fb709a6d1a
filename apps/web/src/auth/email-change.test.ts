import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { shutDown } from '../lifecycle.js'
import { createDatabase, openBrowser, readTestEnv } from './_app.js'
import { getAddressHeader } from './client-address.js'
import { startMailServer } from './mail/_mail-server.js'
import { listMail } from './mail/outbox.js'
import { startAuth } from './server.js'

const password = 'correct horse battery'
const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }

type Browser = ReturnType<typeof openBrowser>

describe('another e-mail address', () => {
  let database: string

  beforeAll(async () => {
    database = await createDatabase(inject('databases')[0]?.url ?? '')
  })

  async function start() {
    const smtp = await startMailServer()
    onTestFinished(async () => {
      await shutDown()
      smtp.close()
    })
    await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
    async function join(email: string): Promise<Browser> {
      const browser = openBrowser()
      await browser.send('POST', '/api/auth/sign-up/email', { name: 'Test', email, password })
      await open(browser, await smtp.untilMail(email))
      return browser
    }

    return { ...smtp, join }
  }

  it('counts once the link sent there was opened, and the old one is told', async () => {
    const { untilMail, join } = await start()
    const browser = await join('old@example.com')
    const answer = await change(browser, { newEmail: 'new@example.com', password })
    expect(answer.status).toBe(200)
    expect(await readEmail(browser)).toBe('old@example.com')
    expect(await untilMail('old@example.com', 2)).toMatch(/about to change[\s\S]*new@example\.com/)
    const landed = await open(browser, await untilMail('new@example.com'))
    expect(landed.headers.get('location')).toBe('/account?email=changed')
    expect(await readEmail(browser)).toBe('new@example.com')
    const again = await openBrowser().send('POST', '/api/auth/sign-in/email', {
      email: 'new@example.com',
      password,
    })
    expect(again.status).toBe(200)
  })

  it('is not to be had by a session alone', async () => {
    const { mailTo, join } = await start()
    const browser = await join('careful@example.com')
    const without = await change(browser, { newEmail: 'thief@example.com' })
    expect([without.status, (await without.json()).code]).toEqual([400, 'PASSWORD_REQUIRED'])
    const wrong = { newEmail: 'thief@example.com', password: 'not the password' }
    const refused = await change(browser, wrong)
    expect([refused.status, (await refused.json()).code]).toEqual([400, 'INVALID_PASSWORD'])
    const endless = await change(browser, { ...wrong, password: 'x'.repeat(5000) })
    expect([endless.status, (await endless.json()).code]).toEqual([400, 'INVALID_PASSWORD'])
    const nobody = await change(openBrowser(), { newEmail: 'thief@example.com', password })
    expect(nobody.status).toBe(401)
    // By then everything that was to be sent has been.
    await shutDown()
    expect(mailTo('thief@example.com')).toEqual([])
  })

  it('does not tell whether it belongs to somebody', async () => {
    const { untilMail, join } = await start()
    await join('known@example.com')
    const browser = await join('curious@example.com')
    const known = await change(browser, { newEmail: 'known@example.com', password })
    expect(await untilMail('curious@example.com', 2)).toContain('known@example.com')
    const unknown = await change(browser, { newEmail: 'unknown@example.com', password })
    expect(await untilMail('curious@example.com', 3)).toContain('unknown@example.com')
    expect([known.status, unknown.status]).toEqual([200, 200])
    expect(await known.json()).toEqual(await unknown.json())
    expect(await readEmail(browser)).toBe('curious@example.com')
  })

  it('counts at once during a trial', async () => {
    onTestFinished(() => shutDown())
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }))
    const browser = openBrowser('http://localhost:3000')
    const person = { name: 'Test', email: 'trial@example.com', password }
    await browser.send('POST', '/api/auth/sign-up/email', person)
    const answer = await change(browser, { newEmail: 'Other@example.com', password })
    expect(answer.status).toBe(200)
    expect(await readEmail(browser)).toBe('other@example.com')
    const notice = listMail().find(({ kind }) => kind === 'notice')
    expect(notice).toMatchObject({
      to: 'trial@example.com',
      subject: 'Your e-mail address was changed',
      text: expect.stringContaining('It has been changed.'),
    })
  })
})

describe('an address to confirm', () => {
  let database: string

  beforeAll(async () => {
    database = await createDatabase(inject('databases')[0]?.url ?? '')
  })

  it('can be asked about again, and leads to a page that says what came of it', async () => {
    const smtp = await startMailServer()
    onTestFinished(async () => {
      await shutDown()
      smtp.close()
    })
    await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
    const person = { name: 'Test', email: 'slow@example.com', password }
    const browser = openBrowser()
    await browser.send('POST', '/api/auth/sign-up/email', person)
    const early = await browser.send('POST', '/api/auth/sign-in/email', person)
    expect((await early.json()).code).toBe('EMAIL_NOT_VERIFIED')
    // Signing in names no page for after the link.
    expect(readLink(await smtp.untilMail(person.email, 2)).searchParams.get('callbackURL')).toBe(
      '/verify-email?confirmed',
    )
    const callbackURL = '/verify-email?confirmed&next=%2Fdashboard%3Fview%3Dtoday'
    const answers = await Promise.all(
      [person.email, 'nobody@example.com'].map(async (email) => {
        const body = { email, callbackURL }
        const answer = await openBrowser().send('POST', '/api/auth/send-verification-email', body)
        return [answer.status, await answer.json()]
      }),
    )
    expect(answers[0]).toEqual(answers[1])
    const again = await smtp.untilMail(person.email, 3)
    expect(smtp.mailTo('nobody@example.com')).toEqual([])
    const good = readLink(again)
    const bad = `${good.pathname}?token=wrong&callbackURL=${encodeURIComponent(callbackURL)}`
    expect((await browser.send('GET', bad)).headers.get('location')).toBe(
      `${callbackURL}&error=INVALID_TOKEN`,
    )
    expect((await open(browser, again)).headers.get('location')).toBe(callbackURL)
    expect((await browser.send('GET', '/api/auth/token')).status).toBe(200)
  })
})

let caller = 0

/** Each time from another address, since one may try three times in ten seconds. */
function change(browser: Browser, values: Record<string, string>): Promise<Response> {
  const body = { ...values, callbackURL: '/account?email=changed' }
  caller += 1
  const address = { [getAddressHeader()]: `192.0.2.${caller}` }
  return browser.send('POST', '/api/auth/change-email', body, address)
}

async function readEmail(browser: Browser): Promise<string> {
  return (await (await browser.send('GET', '/api/auth/get-session')).json()).user.email
}

function open(browser: Browser, mail: string): Promise<Response> {
  const { pathname, search } = readLink(mail)
  return browser.send('GET', `${pathname}${search}`)
}

function readLink(mail: string): URL {
  return new URL(/https?:\S+\/api\/auth\/\S+/.exec(mail)?.[0] ?? '')
}
