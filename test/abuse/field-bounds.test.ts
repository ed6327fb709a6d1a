/** Megabytes where a name is expected. */
import { getAuthTables } from 'better-auth/db'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { getAuth } from '../../apps/web/src/auth/running.js'
import { longestTexts } from '../../apps/web/src/auth/store/tables.js'
import { from, openLocalBrowser, password, readCode, signUpAt, startTrial } from './_web.js'

const long = 'x'.repeat(8_000_000)
const person = { name: 'Test', email: 'alice@example.com', password }

describe('a field of an account', () => {
  it.each([
    ['name', { name: 'x'.repeat(201) }, 'NAME_TOO_LONG'],
    ['name', { name: long }, 'NAME_TOO_LONG'],
    ['email', { email: `${'x'.repeat(250)}@example.com` }, 'INVALID_EMAIL'],
    ['password', { password: long }, 'PASSWORD_TOO_LONG'],
    ['image', { image: 'https://example.com/a.png' }, 'IMAGE_NOT_TAKEN'],
    ['callbackURL', { callbackURL: `/${long}` }, 'VALIDATION_ERROR'],
    ['any other', { anything: long }, 'VALIDATION_ERROR'],
  ])('has a bound when signing up: %s', async (_, field, code) => {
    await startTrial()
    const answer = await openLocalBrowser().send('POST', '/api/auth/sign-up/email', {
      ...person,
      ...field,
    })
    expect(await readCode(answer)).toEqual([400, code])
  })

  it.each([
    [{ name: 'x'.repeat(201) }, 'NAME_TOO_LONG'],
    [{ image: 'data:image/png;base64,AAAA' }, 'IMAGE_NOT_TAKEN'],
  ])('has the same bound when it is changed', async (field, code) => {
    await startTrial()
    const alice = openLocalBrowser()
    await signUpAt(alice, 'alice@example.com', '192.0.2.1')
    expect(await readCode(await alice.send('POST', '/api/auth/update-user', field))).toEqual([
      400,
      code,
    ])
    const fits = await alice.send('POST', '/api/auth/update-user', { name: 'ü'.repeat(200) })
    expect(fits.status).toBe(200)
  })

  it('keeps the beginning of what a browser calls itself', async () => {
    const { database } = await startTrial()
    const headers = { ...from('192.0.2.1'), 'user-agent': 'x'.repeat(8000) }
    await openLocalBrowser().send('POST', '/api/auth/sign-up/email', person, headers)
    expect(
      await query(database, 'select "userAgent" as text from claimcheck_auth.session'),
    ).toEqual([{ text: 'x'.repeat(512) }])
  })

  it('has a bound in the database, for every text in every table', async () => {
    const { database } = await startTrial()
    const tables = getAuthTables((await getAuth().$context).options)
    for (const { modelName, fields } of Object.values(tables)) {
      const texts = Object.entries(fields).filter(([, { type }]) => type === 'string')
      expect(Object.keys(longestTexts[modelName] ?? {}).sort()).toEqual(
        texts.map(([name, { fieldName }]) => fieldName ?? name).sort(),
      )
    }
    const held = await query(
      database,
      `select conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) as text
       from pg_constraint where conname like '%\\_length' order by 1`,
    )
    const expected = Object.values(longestTexts).flatMap((columns) => Object.keys(columns))
    expect(held).toHaveLength(expected.length)
    await expect(
      query(
        database,
        `insert into claimcheck_auth."user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
         values ('a', repeat('x', 201), 'a@example.com', true, now(), now())`,
      ),
    ).rejects.toMatchObject({ constraint: 'user_name_length' })
  })
})

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
