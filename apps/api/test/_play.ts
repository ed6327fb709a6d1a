/** Random things done by several people at once, held against the model. */
import fc from 'fast-check'
import type pg from 'pg'
import { expect } from 'vitest'
import type { Database } from '../src/database/database.js'
import { ApiError } from '../src/errors.js'
import { listTasks } from '../src/tasks/repository.js'
import type { ListQuery, TaskList } from '../src/tasks/schema.js'
import type { TestDatabase } from './_database.js'
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
export type Step = readonly [Action, Action, Action]

export const anySteps = fc.array(fc.tuple(anyAction, anyAction, anyAction), {
  minLength: 3,
  maxLength: 12,
})

let runs = 0

/** Plays steps in the database and in the model, and expects the same of both after each. */
export async function play(
  steps: readonly Step[],
  database: Database,
  db: Pick<TestDatabase, 'pool' | 'role'>,
): Promise<void> {
  runs += 1
  const people = ['ada', 'bob', 'eve'].map((name) => `${name}-${runs}`)
  const shelves = people.map((): Shelf => new Map())
  for (const step of steps) {
    const outcomes = await Promise.all(
      step.map((action, n) => outcomeOf(database, people[n] ?? '', action)),
    )
    const foretold = step.map((action, n) => foretell(shelves[n] ?? new Map(), action))
    expect(outcomes).toEqual(foretold)
    await Promise.all(
      people.map((person, n) => expectShelf(database, person, shelves[n] ?? new Map())),
    )
    await expectNobody(db)
  }
}

/** Expects that somebody finds what the model says, alive and in the trash, and nothing of anybody else. */
async function expectShelf(database: Database, person: string, shelf: Shelf): Promise<void> {
  const [alive, trashed] = await database.asUser(person, async (tx) => [
    await listTasks(tx, all(false)),
    await listTasks(tx, all(true)),
  ])
  for (const list of [alive, trashed]) {
    expect(list?.tasks.every(({ userId }) => userId === person)).toBe(true)
    expect(list && toRecord(list)).toEqual(listShelf(shelf, list === trashed))
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
export async function expectNobody({
  pool,
  role,
}: Pick<TestDatabase, 'pool' | 'role'>): Promise<void> {
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

/** Looks at a connection as it is, and then in the role of requests, in one message. */
async function countAsNobody(client: pg.PoolClient, role: string) {
  const answers: unknown = await client.query(`
    select current_user <> session_user as switched,
      coalesce(current_setting('app.user_id', true), '') as person;
    begin;
    select set_config('role', ${client.escapeLiteral(role)}, true);
    select (select count(*)::int from claimcheck_tasks.tasks) as tasks,
      (select count(*)::int from claimcheck_tasks.accounts) as accounts;
    rollback`)
  // The driver answers several statements with a list.
  const [before, , , counts] = answers as pg.QueryResult<Record<string, unknown>>[]
  return { ...before?.rows[0], ...counts?.rows[0] }
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
