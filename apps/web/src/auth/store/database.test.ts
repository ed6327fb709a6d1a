/** The pool of sign-in, when connections end or do not come about. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import pg from 'pg'
import { expect, inject, it, onTestFinished, vi } from 'vitest'
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

it('waits two seconds for a database that accepts a connection and says nothing', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  const store = openDatabase(`postgres://somebody@127.0.0.1:${port}/any`, () => undefined)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(async () => {
    vi.useRealTimers()
    await store.close()
    server.close()
  })
  let isWaiting = true
  const failing = store.pool.connect().finally(() => {
    isWaiting = false
  })
  const failed = expect(failing).rejects.toThrow('timeout')
  await once(server, 'connection')
  vi.advanceTimersByTime(1_999)
  await turn()
  expect(isWaiting).toBe(true)
  vi.advanceTimersByTime(1)
  await failed
})
