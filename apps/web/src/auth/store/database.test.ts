/** The pool of sign-in, when connections end. */
import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createDatabase } from '../_app.js'
import { openDatabase } from './database.js'

it('outlives a connection that ends between two queries of whoever has it', async () => {
  const url = await createDatabase(inject('databases')[0]?.url ?? '')
  const broken: Error[] = []
  const store = openDatabase(url, (error) => void broken.push(error))
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  onTestFinished(async () => {
    await store.close()
    await other.end()
  })
  const client = await store.pool.connect()
  const ended = new Promise((resolve) => client.once('end', resolve))
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  await client.query('begin')
  await other.query('select pg_terminate_backend($1)', [rows[0]?.pid])
  // Unheard, the error would end the process, or be a failure of this test run.
  await ended
  await expect(client.query('commit')).rejects.toThrow()
  client.release()
  expect((await store.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  expect(broken).toEqual([])
})
