/**
 * SC-006: several people do random things over the same few connections, and each finds exactly what a model says
 * is theirs: with both fences, with the WHERE alone, and with row-level security alone.
 */
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../src/database.js'
import { ApiError } from '../src/errors.js'
import { listTasks } from '../src/tasks/repository.js'
import type { ListQuery, TaskList } from '../src/tasks/schema.js'
import { createTestDatabase, type TestDatabase } from './_database.js'
import { openPolicies, stripOwner } from './_fences.js'
import {
  type Action,
  act,
  anyAction,
  foretell,
  listShelf,
  type Shelf,
  summarize,
} from './_model.js'

/** In a step, each of three people does one thing, all at once. */
type Step = readonly [Action, Action, Action]

const anySteps = fc.array(fc.tuple(anyAction, anyAction, anyAction), {
  minLength: 3,
  maxLength: 14,
})
const RUNS = 25
let runs = 0

describe.each(inject('databases'))('isolation on $name', ({ url }) => {
  describe.each([
    ['both fences', { where: true, policies: true }],
    ['the WHERE alone', { where: true, policies: false }],
    ['row-level security alone', { where: false, policies: true }],
  ])('with %s', (_, fences) => {
    const stripping = stripOwner()
    let db: TestDatabase
    let database: Database

    beforeAll(async () => {
      db = await createTestDatabase(url)
      if (!fences.policies) await openPolicies(db)
      database = fences.where ? db.database : db.open([stripping.plugin])
    })
    afterAll(() => db.close())

    it('nobody meets the rows of anybody else', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anySteps, (steps) => play(steps, database, db)),
        { numRuns: RUNS },
      )
      expect(stripping.count() > 0).toBe(!fences.where)
    })
  })

  it('with neither fence the same check fails, so it can', { timeout: 120_000 }, async () => {
    const db = await createTestDatabase(url)
    await openPolicies(db)
    const database = db.open([stripOwner().plugin])
    const property = fc.asyncProperty(anySteps, (steps) => play(steps, database, db))
    const { failed } = await fc.check(property, { numRuns: RUNS, endOnFailure: true })
    await db.close()
    expect(failed).toBe(true)
  })

  it('a role or a person left on a connection would be noticed', async () => {
    const db = await createTestDatabase(url)
    await db.database.asUser('ada', async (tx) => act(tx, create('A')))
    const client = await db.pool.connect()
    await client.query("select set_config('app.user_id', 'ada', false)")
    client.release()
    await expect(expectNobody(db)).rejects.toThrow()
    await db.close()
  })
})

async function play(steps: readonly Step[], database: Database, db: TestDatabase): Promise<void> {
  runs += 1
  const people = ['ada', 'bob', 'eve'].map((name) => `${name}-${runs}`)
  const shelves = people.map((): Shelf => new Map())
  for (const step of steps) {
    const outcomes = await Promise.all(
      step.map((action, n) => outcomeOf(database, people[n] ?? '', action)),
    )
    const foretold = step.map((action, n) => foretell(shelves[n] ?? new Map(), action))
    expect(outcomes).toEqual(foretold)
    for (const [n, person] of people.entries()) {
      for (const trashed of [false, true]) {
        const list = await database.asUser(person, (tx) => listTasks(tx, all(trashed)))
        expect(list.tasks.every(({ userId }) => userId === person)).toBe(true)
        expect(toRecord(list)).toEqual(listShelf(shelves[n] ?? new Map(), trashed))
      }
    }
    await expectNobody(db)
  }
}

async function outcomeOf(database: Database, person: string, action: Action) {
  try {
    return await database.asUser(person, (tx) => act(tx, action))
  } catch (error) {
    if (error instanceof ApiError) return error.code
    throw error
  }
}

/** Takes every connection of the pool at once: none may be anybody, and in the role of requests none sees a row. */
async function expectNobody({ pool, role }: TestDatabase): Promise<void> {
  const clients = await Promise.all(Array.from({ length: pool.idleCount }, () => pool.connect()))
  try {
    expect(clients.length).toBeGreaterThan(0)
    expect(await Promise.all(clients.map((client) => countAsNobody(client, role)))).toEqual(
      clients.map(() => ({ switched: false, person: '', tasks: 0, accounts: 0 })),
    )
  } finally {
    for (const client of clients) client.release()
  }
}

async function countAsNobody(client: pg.PoolClient, role: string) {
  const { rows: before } = await client.query<{ switched: boolean; person: string }>(
    `select current_user <> session_user as switched,
       coalesce(current_setting('app.user_id', true), '') as person`,
  )
  await client.query('begin')
  await client.query("select set_config('role', $1, true)", [role])
  const { rows: counts } = await client.query<{ tasks: number; accounts: number }>(
    `select (select count(*)::int from claimcheck_tasks.tasks) as tasks,
       (select count(*)::int from claimcheck_tasks.accounts) as accounts`,
  )
  await client.query('rollback')
  return { ...before[0], ...counts[0] }
}

function toRecord({ tasks }: TaskList) {
  return Object.fromEntries(tasks.map((task) => [task.id, summarize(task)]))
}

function all(trashed: boolean): ListQuery {
  return {
    status: 'all',
    sort: 'createdAt',
    limit: 200,
    deleted: trashed ? 'true' : 'false',
    q: undefined,
    order: undefined,
    cursor: undefined,
  }
}

function create(title: string): Action {
  return { name: 'create', id: '00000000-0000-4000-8000-000000000001', title }
}
