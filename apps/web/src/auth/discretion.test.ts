import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { authCopy } from '../copy/auth.js'
import { onShutdown, shutDown } from '../lifecycle.js'
import { createDatabase, openBrowser, readTestEnv } from './_app.js'
import { getAddressHeader } from './client-address.js'
import { startMailServer } from './mail/_mail-server.js'
import { startAuth } from './server.js'

const password = 'correct horse battery'
const known = 'known@example.com'

let database: string

beforeAll(async () => {
  database = await createDatabase(inject('databases')[0]?.url ?? '')
  const smtp = await startMailServer()
  await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
  await join(known, smtp)
  await shutDown()
  smtp.close()
})

async function start() {
  const smtp = await startMailServer()
  onTestFinished(async () => {
    smtp.release()
    await shutDown()
    smtp.close()
  })
  await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
  await forgetCounts()
  return smtp
}

/** Each test asks about the same few addresses, which other tests have had their fill of. */
async function forgetCounts(): Promise<void> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  await client.query('delete from claimcheck_auth.limit_count')
  await client.end()
}

let caller = 0

/** Each time from another address, because one address may try a few times only. */
function post(path: string, body: object, browser = openBrowser()): Promise<Response> {
  caller += 1
  return browser.send('POST', `/api/auth${path}`, body, {
    [getAddressHeader()]: `192.0.2.${caller}`,
  })
}

async function join(email: string, smtp: Awaited<ReturnType<typeof startMailServer>>) {
  const browser = openBrowser()
  await post('/sign-up/email', { name: 'Test', email, password }, browser)
  const link = new URL(/https:\S+verify-email\S+/.exec(await smtp.untilMail(email))?.[0] ?? '')
  await browser.send('GET', `${link.pathname}${link.search}`)
  return browser
}

const flows = [
  ['a forgotten password', '/request-password-reset', (email: string) => ({ email })],
  ['signing up', '/sign-up/email', (email: string) => ({ name: 'Test', email, password })],
] as const

describe('an answer that must not tell who has an account', () => {
  it.each(flows)('comes while the mail is still on its way: %s', async (_, path, toBody) => {
    const smtp = await start()
    smtp.hold()
    const answers = await Promise.all(
      [known, `${caller}-unknown@example.com`].map(async (email) => {
        const answer = await post(path, toBody(email))
        return [answer.status, Object.keys(await answer.json())]
      }),
    )
    // Both are here, and not one message has been accepted.
    expect(smtp.mail).toEqual([])
    expect(answers[0]?.[0]).toBe(200)
    expect(answers[0]).toEqual(answers[1])
    await smtp.untilHeld()
    smtp.release()
    await smtp.untilMail(known)
  })

  it('comes while the mail is still on its way: another address', async () => {
    const smtp = await start()
    const browser = await join('mover@example.com', smtp)
    smtp.hold()
    const taken = { newEmail: known, password }
    const free = { newEmail: 'free@example.com', password }
    const bodies = []
    for (const body of [taken, free]) {
      const answer = await post('/change-email', body, browser)
      bodies.push([answer.status, await answer.json()])
    }
    expect(smtp.mailTo('mover@example.com')).toHaveLength(1)
    expect(bodies).toEqual([
      [200, { status: true }],
      [200, { status: true }],
    ])
    // Two that tell the old address, one for the new one.
    await smtp.untilHeld(3)
  })

  it('comes while the link for a new password is still being written down', async () => {
    const smtp = await start()
    const blocker = new pg.Client({ connectionString: database })
    await blocker.connect()
    onTestFinished(() => blocker.end())
    await blocker.query('begin')
    await blocker.query('lock table claimcheck_auth.verification in access exclusive mode')
    const [path, toBody] = [flows[0][1], flows[0][2]]
    const statuses = await Promise.all(
      [known, 'unknown@example.com'].map(async (email) => (await post(path, toBody(email))).status),
    )
    expect(statuses).toEqual([200, 200])
    expect(smtp.mail).toEqual([])
    await blocker.query('rollback')
    expect(await smtp.untilMail(known)).toContain('Choose a new password')
  })

  it('takes the same trips to the database: signing up', async () => {
    // Of this request alone: the app asks on its own account as well, at any time.
    const asked = new AsyncLocalStorage<unknown[]>()
    const { query } = pg.Client.prototype
    // Before the first connection, which keeps the way to ask that it finds.
    const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
      this: pg.Client,
      ...args
    ) {
      asked.getStore()?.push(args[0])
      return query.apply(this, args)
    })
    onTestFinished(() => spy.mockRestore())
    await start()
    async function list(email: string) {
      const statements: unknown[] = []
      const answer = await asked.run(statements, () =>
        post('/sign-up/email', { name: 'Test', email, password }),
      )
      expect(answer.status).toBe(200)
      // Links and counts of messages are written down in the background, which no answer waits for;
      // requests are counted before anybody looks whose address it is.
      return statements
        .filter((statement) => !/email_link|limit_count/.test(readText(statement)))
        .map(readVerb)
    }
    const toUnknown = await list('somebody-new@example.com')
    expect(toUnknown).toEqual(['begin', 'select', 'insert', 'insert', 'commit'])
    expect(await list(known)).toEqual(toUnknown)
  })

  it.each([
    ['two signs', 'a@b@c.d', 'VALIDATION_ERROR'],
    ['no letter', '@.'.repeat(50_000), 'INVALID_EMAIL'],
    ['more than mail takes', `${'a'.repeat(243)}@example.com`, 'INVALID_EMAIL'],
  ])('is a 400 for what is not an address: %s', async (_, email, code) => {
    await start()
    const answer = await post('/request-password-reset', { email })
    expect([answer.status, (await answer.json()).code]).toEqual([400, code])
  })

  it('takes an address as long as mail takes', async () => {
    await start()
    const email = `${'a'.repeat(242)}@example.com`
    const answer = await post('/request-password-reset', { email })
    expect([answer.status, await answer.json()]).toEqual([200, { status: true }])
  })

  it.each([
    ['signing in', '/sign-in/email', { password }],
    ['signing up', '/sign-up/email', { password, name: 'Test' }],
    ['another confirmation', '/send-verification-email', {}],
  ])('refuses a longer address wherever one is taken: %s', async (_, path, body) => {
    await start()
    const answer = await post(path, { ...body, email: `${'a'.repeat(243)}@example.com` })
    expect([answer.status, (await answer.json()).code]).toEqual([400, 'INVALID_EMAIL'])
  })

  it.each([
    ['known, then unknown', [known, 'unknown@example.com']],
    ['unknown, then known', ['unknown@example.com', known]],
    ['unknown alone', ['unknown@example.com', 'nobody@example.com']],
  ])('turns into a 503 for everybody alike once the mail server is away: %s', async (_, emails) => {
    const smtp = await start()
    smtp.close()
    const [path, toBody] = [flows[0][1], flows[0][2]]
    // Nobody is sent anything after the first, so that it is this one who brings the news about, whoever it is.
    const [first = '', second = ''] = emails
    expect((await post(path, toBody(first))).status).toBe(200)
    await vi.waitUntil(
      async () => (await post(path, toBody(`${caller}@example.com`))).status === 503,
      { timeout: 30_000 },
    )
    for (const [, path, toBody] of flows) {
      for (const email of [second, first]) {
        const answer = await post(path, toBody(email))
        const { code } = await answer.json()
        expect([answer.status, code, answer.headers.get('retry-after')]).toEqual([
          503,
          'MAIL_UNAVAILABLE',
          '60',
        ])
      }
    }
  })

  it('promises no message to whoever signs in too early while the mail server is away', async () => {
    const smtp = await start()
    const email = 'early@example.com'
    await post('/sign-up/email', { name: 'Test', email, password })
    await smtp.untilMail(email)
    smtp.close()
    const answers = []
    for (const given of [password, 'not the password']) {
      const answer = await post('/sign-in/email', { email, password: given })
      answers.push([answer.status, (await answer.json()).code])
    }
    expect(answers).toEqual([
      [403, 'EMAIL_NOT_VERIFIED'],
      [401, 'INVALID_EMAIL_OR_PASSWORD'],
    ])
    expect(authCopy.errors.EMAIL_NOT_VERIFIED).toContain('not confirmed')
    expect(authCopy.errors.EMAIL_NOT_VERIFIED).not.toContain('on its way')
  })

  it('stays the same for everybody while the mail server takes no message', async () => {
    const smtp = await start()
    smtp.drop()
    const [path, toBody] = [flows[0][1], flows[0][2]]
    expect((await post(path, toBody(known))).status).toBe(200)
    await smtp.untilDropped()
    for (const email of [known, 'unknown@example.com']) {
      expect((await post(path, toBody(email))).status).toBe(200)
    }
  })
})

describe('stopping', () => {
  it('waits until the mail that was promised is sent', async () => {
    const smtp = await start()
    smtp.hold()
    expect((await post('/request-password-reset', { email: known })).status).toBe(200)
    await smtp.untilHeld()
    // Whatever else closes does so beside it, and is done before the message is accepted.
    onShutdown({
      release: async () => undefined,
      async close() {
        await new Promise(setImmediate)
        smtp.release()
      },
    })
    await shutDown()
    expect(smtp.mailTo(known)).toHaveLength(1)
  })
})

/** The first word of a statement. */
function readVerb(statement: unknown): string {
  return readText(statement).trim().split(/\s/)[0]?.toLowerCase() ?? ''
}

/** A statement, whichever way it was handed over. */
function readText(statement: unknown): string {
  const text =
    typeof statement === 'object' && statement !== null && 'text' in statement
      ? statement.text
      : statement
  return String(text)
}
