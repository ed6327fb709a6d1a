/** docs/postgres.md, word for word: the roles, the policies, the functions, and the look whether it holds. */
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Identity } from '../src/index.js'
import { addNote, listNotes } from './postgres.example.js'

const page = readFileSync(new URL('./postgres.example.sql', import.meta.url), 'utf8')
const [asAdministrator = '', asOwner = '', look = ''] = page.split('\n\n')

// Roles belong to the cluster, so the names of the page are free only on a server of this run's own.
const own = inject('databases').filter(({ name }) => name.includes('embedded'))

describe.each(own)('the page on $name', ({ url }) => {
  let owner: pg.Pool
  let pool: pg.Pool

  function open(login: string, password: string): pg.Pool {
    const address = new URL(url)
    address.username = login
    address.password = password
    address.pathname = '/notes'
    return new pg.Pool({ connectionString: address.href, max: 1 })
  }

  beforeAll(async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (const statement of asAdministrator.split(';\n')) {
      // An administrator who is no superuser gives a database only to whom it could become. Cleaning up goes by it too.
      if (statement.startsWith('create database')) {
        await client.query('grant notes_owner, notes_api, notes_person to current_user')
      }
      await client.query(statement)
    }
    await client.end()
    owner = open('notes_owner', 'a-long-password')
    pool = open('notes_api', 'another-long-password')
    await owner.query(asOwner)
  })
  afterAll(async () => {
    await Promise.all([pool.end(), owner.end()])
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('drop database notes')
    await client.end()
  })

  it('keeps people apart', async () => {
    const toIdentity = (subject: string) => ({ subject }) as Identity // All that the functions read.
    const [ada, bob] = [toIdentity('ada'), toIdentity('bob')]
    await addNote(pool, ada, 'of Ada')
    await addNote(pool, bob, 'of Bob')
    expect((await listNotes(pool, ada)).rows).toMatchObject([{ text: 'of Ada' }])
    expect((await listNotes(pool, bob)).rows).toMatchObject([{ text: 'of Bob' }])
    expect((await pool.query('select count(*)::int as n from app.notes')).rows).toEqual([{ n: 0 }])
  })

  it('finds with its last block nobody but the two, and nothing but false', async () => {
    const { rows } = await pool.query(look)
    expect(rows.map(({ rolname }) => rolname).sort()).toEqual(['notes_api', 'notes_person'])
    for (const { rolname: _, ...rights } of rows) {
      expect(Object.values(rights)).toEqual([false, false, false, false, false])
    }
  })

  it.each([
    'alter table app.notes disable row level security',
    'drop policy own_notes on app.notes',
    'truncate app.notes',
    'create table app.mine (n int)',
    'create schema mine',
    'set role notes_owner',
  ])('does not let the login that serves: %s', async (text) => {
    await expect(pool.query(text)).rejects.toMatchObject({ code: '42501' })
  })
})
