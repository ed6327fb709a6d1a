/** Postgres without HTTP: the bare prepared query, and the same query through asUser, on one pool, in turns. */
import { asUser } from 'claimcheck/postgres'
import pg from 'pg'

export interface QuerySetup {
  readonly databaseUrl: string
  readonly role: string
  readonly people: readonly string[]
  readonly milliseconds: number
  /** The table that asUser reads. */
  readonly fenced: string
}

export interface QueryResult {
  readonly bare: number
  readonly asUser: number
}

/** As many at once as the HTTP bench has connections. */
const IN_FLIGHT = 32

let pool: pg.Pool | undefined

/**
 * Pages a second: through the driver alone, where nothing keeps people apart, and through asUser, where Postgres
 * does.
 */
export async function measureQueries(setup: QuerySetup): Promise<QueryResult> {
  pool ??= new pg.Pool({ connectionString: setup.databaseUrl, max: 10, idleTimeoutMillis: 500 })
  const connected = pool
  const person = (n: number) => setup.people[n % setup.people.length] ?? ''
  const bare = await repeat(setup.milliseconds, (n) =>
    connected.query({ name: 'page', text: toPage('bench.tasks'), values: [person(n)] }),
  )
  const text = toPage(setup.fenced)
  const fenced = await repeat(setup.milliseconds, (n) =>
    asUser(connected, { role: setup.role, userId: person(n) }, (tx) => tx.query(text, [person(n)])),
  )
  return { bare, asUser: fenced }
}

async function repeat(
  milliseconds: number,
  query: (n: number) => Promise<{ rows: unknown[] }>,
): Promise<number> {
  const started = performance.now()
  const end = started + milliseconds
  let count = 0
  async function work(): Promise<void> {
    while (performance.now() < end) {
      const { rows } = await query(count)
      if (rows.length !== 21) throw new Error(`Expected 21 rows, got ${rows.length}`)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return (count / (performance.now() - started)) * 1000
}

function toPage(table: string): string {
  return `select user_id, id, title, notes, completed, completed_at, priority, due_on, created_at,
    updated_at, deleted_at, version from ${table} where user_id = $1 and deleted_at is null
    order by created_at desc, id desc limit 21`
}
