import pg from 'pg'
import { afterEach, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { shutDown } from '../lifecycle.js'
import { createDatabase, openBrowser, quickHashing, readClaims, readTestEnv } from './_app.js'
import { getAddressHeader } from './client-address.js'
import { startMailServer } from './mail/_mail-server.js'
import { listMail } from './mail/outbox.js'
import { maySeeOutbox } from './mail/outbox-access.js'
import { migrateAuth } from './migrate-auth.js'
import { getAuth } from './running.js'
import { startAuth } from './server.js'
import { mintToken } from './sessions/mint-token.js'

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
const alice = { name: 'Alice', email: 'alice@example.com', password: 'correct horse battery' }

afterEach(() => shutDown())

describe.each(inject('databases'))('sign-in on $name', ({ url }) => {
  const person = { ...alice }
  let database: string

  beforeAll(async () => {
    database = await createDatabase(url)
  })

  it('migrates once however many processes start together, and leaves the rest of the database alone', async () => {
    const fresh = await createDatabase(url)
    const env = readTestEnv(fresh)
    const made = await Promise.all(Array.from({ length: 5 }, () => migrateAuth(env)))
    expect(made.map((names) => names.includes('table session')).sort()).toEqual([
      ...Array(4).fill(false),
      true,
    ])
    expect(made.flat().filter((name) => name === 'index email_link_user_id')).toHaveLength(1)
    const tables = await query(
      fresh,
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') order by name`,
    )
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'claimcheck_auth.jwks',
        'claimcheck_auth.session',
        'claimcheck_auth.user',
      ]),
    )
    expect(tables.every(({ name }) => String(name).startsWith('claimcheck_auth.'))).toBe(true)
  })

  it('starts on a database that somebody else has migrated, and says so of one that nobody has', async () => {
    const fresh = await createDatabase(url)
    const env = readTestEnv(fresh, { MIGRATE_AT_START: 'off' })
    const schemas = "select nspname from pg_namespace where nspname = 'claimcheck_auth'"
    await expect(startAuth(env)).rejects.toThrow(
      /^The database of AUTH_DATABASE_URL is not prepared.*npm run migrate$/,
    )
    expect(await query(fresh, schemas)).toEqual([])
    await migrateAuth(env)
    expect(await migrateAuth(env)).toEqual([])
    await startAuth(env)
    await shutDown()
    await query(fresh, 'alter table claimcheck_auth.session drop column "userAgent"')
    await expect(startAuth(env)).rejects.toThrow(/npm run migrate$/)
    expect(await migrateAuth(env)).toContain('column session.userAgent')
  })

  it('asks new people to confirm their address, and signs them in when they do', async () => {
    const smtp = await startMailServer()
    onTestFinished(smtp.close)
    await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
    const browser = openBrowser()
    const signUp = await browser.send('POST', '/api/auth/sign-up/email', {
      ...person,
      callbackURL: '/dashboard',
    })
    expect(signUp.status).toBe(200)
    expect((await browser.send('GET', '/api/auth/token')).status).toBe(401)
    const early = await browser.send('POST', '/api/auth/sign-in/email', person)
    expect([early.status, (await early.json()).code]).toEqual([403, 'EMAIL_NOT_VERIFIED'])
    await smtp.untilMail(person.email, 2)
    const mail = smtp.mail.find((message) => message.includes('callbackURL=%2Fdashboard')) ?? ''
    expect(mail).toMatch(/^From: Claimcheck <hello@example.com>/m)
    expect(mail).toMatch(/^To: alice@example.com/m)
    const link = new URL(/https:\S+verify-email\S+/.exec(mail)?.[0] ?? '')
    const opened = await browser.send('GET', `${link.pathname}${link.search}`, undefined, {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
    })
    expect([opened.status, opened.headers.get('location')]).toEqual([302, '/dashboard'])
    const token = await browser.send('GET', '/api/auth/token')
    expect(readClaims((await token.json()).token)).toMatchObject({
      iss: 'https://app.example.com',
      aud: 'https://api.example.com',
    })
  })

  it('does not tell a stranger whether somebody has an account', async () => {
    const smtp = await startMailServer()
    onTestFinished(smtp.close)
    await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
    const known = await openBrowser().send('POST', '/api/auth/sign-up/email', {
      ...person,
      name: 'Mallory',
    })
    const unknown = await openBrowser().send('POST', '/api/auth/sign-up/email', {
      ...person,
      email: 'nobody@example.com',
    })
    expect([known.status, unknown.status]).toEqual([200, 200])
    expect(Object.keys(await known.json())).toEqual(Object.keys(await unknown.json()))
    expect(await smtp.untilMail('alice@example.com')).toContain('already have an account')
    expect(await smtp.untilMail('nobody@example.com')).toContain('confirm that this mailbox')
  })

  it('lets a forgotten password be replaced once, which signs every device out', async () => {
    const smtp = await startMailServer()
    onTestFinished(smtp.close)
    await startAuth(readTestEnv(database, { SMTP_URL: smtp.url }))
    const device = openBrowser()
    expect((await device.send('POST', '/api/auth/sign-in/email', person)).status).toBe(200)
    await openBrowser().send('POST', '/api/auth/request-password-reset', {
      email: person.email,
      redirectTo: '/reset-password',
    })
    const mail = await smtp.untilMail(person.email)
    const link = new URL(/https:\S+reset-password\S+/.exec(mail)?.[0] ?? '')
    const landed = await openBrowser().send('GET', `${link.pathname}${link.search}`)
    const token = new URL(
      landed.headers.get('location') ?? '',
      'https://app.example.com',
    ).searchParams.get('token')
    const body = { newPassword: 'another good password', token }
    expect((await openBrowser().send('POST', '/api/auth/reset-password', body)).status).toBe(200)
    expect((await openBrowser().send('POST', '/api/auth/reset-password', body)).status).toBe(400)
    expect((await device.send('GET', '/api/auth/token')).status).toBe(401)
    expect((await openBrowser().send('POST', '/api/auth/sign-in/email', person)).status).toBe(401)
    person.password = body.newPassword
  })

  it('deletes an account only for its password', async () => {
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }))
    const browser = openBrowser('http://localhost:3000')
    const dave = { ...person, email: 'dave@example.com' }
    await browser.send('POST', '/api/auth/sign-up/email', dave)
    const without = await browser.send('POST', '/api/auth/delete-user', {})
    expect([without.status, (await without.json()).code]).toEqual([400, 'PASSWORD_REQUIRED'])
    const wrong = await browser.send('POST', '/api/auth/delete-user', {
      password: 'not the password',
    })
    expect([wrong.status, (await wrong.json()).code]).toEqual([400, 'INVALID_PASSWORD'])
    expect((await browser.send('GET', '/api/auth/token')).status).toBe(200)
    const cookie = browser.cookies.get('better-auth.session_token') ?? ''
    expect(
      (await browser.send('POST', '/api/auth/delete-user', { password: dave.password })).status,
    ).toBe(200)
    browser.cookies.set('better-auth.session_token', cookie)
    expect((await browser.send('GET', '/api/auth/token')).status).toBe(401)
  })

  it('mints a token for the server itself, or null for nobody', async () => {
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }))
    const browser = openBrowser('http://localhost:3000')
    await browser.send('POST', '/api/auth/sign-in/email', person)
    const [name, value] = [...browser.cookies].find(([key]) => key.includes('session_token')) ?? []
    const cookie = `${name}=${value}`
    expect(readClaims((await mintToken(getAuth(), new Headers({ cookie }))) ?? '').aud).toBe(
      'http://localhost:8000',
    )
    expect(await mintToken(getAuth(), new Headers())).toBeNull()
    expect(
      await mintToken(getAuth(), new Headers({ cookie: `${cookie.slice(0, -5)}wrong` })),
    ).toBeNull()
  })

  it('renews a session when the browser asks, and not when a page is rendered, which could not renew the cookie', async () => {
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }))
    const browser = openBrowser('http://localhost:3000')
    await browser.send('POST', '/api/auth/sign-in/email', person)
    const headers = new Headers({
      cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
    })
    const { session } = (await getAuth().api.getSession({ headers })) ?? {}
    const values = [session?.id ?? '']
    await query(
      database,
      `update claimcheck_auth.session set "updatedAt" = now() - interval '2 hours',
         "expiresAt" = "expiresAt" - interval '2 hours' where id = $1`,
      values,
    )
    const readUse = () =>
      query(
        database,
        `select "updatedAt" > now() - interval '1 hour' as "isNew" from claimcheck_auth.session where id = $1`,
        values,
      )
    await getAuth().api.getSession({ headers })
    expect(await mintToken(getAuth(), headers)).not.toBeNull()
    expect(await readUse()).toEqual([{ isNew: false }])
    const answer = await browser.send('GET', '/api/auth/token')
    expect(answer.headers.getSetCookie().join()).toContain('Max-Age=604800')
    expect(await readUse()).toEqual([{ isNew: true }])
  })

  it('keeps the mail of a trial, and shows it to this machine under its own name only', async () => {
    const env = readTestEnv(database, { ...local, TRIAL: '1' })
    await startAuth(env)
    await openBrowser('http://localhost:3000').send('POST', '/api/auth/request-password-reset', {
      email: person.email,
    })
    expect(listMail()[0]).toMatchObject({ to: person.email, subject: 'Choose a new password' })
    const hosts = [
      'localhost:3000',
      '127.0.0.1:3000',
      '[::1]:3000',
      'evil.example',
      'localhost.evil.example',
      '',
      null,
    ]
    expect(hosts.map((host) => maySeeOutbox(env, host))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ])
    expect(maySeeOutbox(readTestEnv(database), 'localhost:3000')).toBe(false)
  })

  it('answers unknown addresses and wrong methods as problems', async () => {
    await startAuth(readTestEnv(database))
    const browser = openBrowser()
    const missing = await browser.send('GET', '/api/auth/nothing-here')
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ])
    expect(await missing.json()).toMatchObject({
      status: 404,
      code: 'not_found',
      requestId: expect.any(String),
    })
    const wrong = await browser.send('POST', '/api/auth/jwks', {})
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET'])
    const either = await browser.send('PUT', '/api/auth/callback/google', {})
    expect([either.status, either.headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect((await browser.send('GET', '/api/auth/list-sessions')).status).toBe(404)
    expect(
      (await browser.send('POST', '/api/auth/sign-jwt', { payload: { sub: 'x' } })).status,
    ).toBe(404)
  })

  it('has cookies that scripts cannot read, Secure on https', async () => {
    await startAuth(readTestEnv(database))
    const answer = await openBrowser().send('POST', '/api/auth/sign-in/email', person)
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie.split('; ').slice(1).toSorted()).toEqual(
      ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax', 'Secure'].toSorted(),
    )
  })
})

describe('attempts to sign in', () => {
  let database: string

  beforeAll(async () => {
    database = await createDatabase(inject('databases')[0]?.url ?? '')
  })

  it('limits sign-in per address, and per e-mail address and address', async () => {
    await startAuth(readTestEnv(database), { hashing: quickHashing })
    const wrong = { email: 'bob@example.com', password: 'not the password' }
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) {
      const address = { [getAddressHeader()]: '203.0.113.8' }
      const answer = await openBrowser().send('POST', '/api/auth/sign-in/email', wrong, address)
      statuses.push(answer.status)
      if (answer.status === 429)
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429])
    const others: number[] = []
    for (let count = 0; count < 21; count += 1) {
      const email = `carol-${count}@example.com`
      const address = { [getAddressHeader()]: '198.51.100.1' }
      const answer = await openBrowser().send(
        'POST',
        '/api/auth/sign-in/email',
        { ...wrong, email },
        address,
      )
      others.push(answer.status)
      if (answer.status === 429) {
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    }
    expect(others).toEqual([...Array(20).fill(401), 429])
  })

  it('counts nothing when told so on one machine', async () => {
    const env = readTestEnv(database, { ...local, TRIAL: '1', AUTH_RATE_LIMIT: 'off' })
    await startAuth(env, { hashing: quickHashing })
    await openBrowser('http://localhost:3000').send('POST', '/api/auth/sign-up/email', alice)
    for (let count = 0; count < 30; count += 1) {
      const answer = await openBrowser('http://localhost:3000').send(
        'POST',
        '/api/auth/sign-in/email',
        alice,
      )
      expect(answer.status).toBe(200)
    }
  })

  it('begin anew after a good one', async () => {
    const attempts = { wrong: 0, limited: 0 }
    await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }), { hashing: quickHashing })
    for (let count = 0; count < 30; count += 1) {
      const password = count === 15 ? alice.password : 'not the password'
      const address = { [getAddressHeader()]: `192.0.2.${count}` }
      const answer = await openBrowser('http://localhost:3000').send(
        'POST',
        '/api/auth/sign-in/email',
        { ...alice, password },
        address,
      )
      if (answer.status === 401) attempts.wrong += 1
      if (answer.status === 429) attempts.limited += 1
    }
    expect(attempts).toEqual({ wrong: 29, limited: 0 })
  })
})

async function query(
  url: string,
  text: string,
  values: readonly string[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(text, [...values])
  await client.end()
  return rows
}
