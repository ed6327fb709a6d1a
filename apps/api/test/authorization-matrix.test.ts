/**
 * Every route of the router, with every kind of credential, on every kind of path and id. A route that is not in
 * the table fails, so that a new one cannot be forgotten.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Database } from '../src/database/database.js'
import { createTestApi, type Person, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

/** What a route gives away: `open` to anybody, `mine` about the caller, `tasks` and `task` of the owner in the path. */
type Kind = 'open' | 'mine' | 'tasks' | 'task'

const table: Readonly<Record<string, Kind>> = {
  'GET /livez': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'open',
  'GET /openapi.json': 'open',
  'GET /docs': 'open',
  'GET /docs/start.js': 'open',
  'GET /docs/style.css': 'open',
  'GET /docs/swagger-ui-bundle.js': 'open',
  'GET /docs/swagger-ui.css': 'open',
  'GET /docs/favicon-32x32.png': 'open',
  'GET /api/me': 'mine',
  'GET /api/:user_id/tasks': 'tasks',
  'POST /api/:user_id/tasks': 'tasks',
  'GET /api/:user_id/tasks/counts': 'tasks',
  'DELETE /api/:user_id/tasks/trash': 'tasks',
  'GET /api/:user_id/tasks/:task_id': 'task',
  'PATCH /api/:user_id/tasks/:task_id': 'task',
  'DELETE /api/:user_id/tasks/:task_id': 'task',
  'POST /api/:user_id/tasks/:task_id/restore': 'task',
  'GET /api/tasks': 'tasks',
  'POST /api/tasks': 'tasks',
  'GET /api/tasks/counts': 'tasks',
  'DELETE /api/tasks/trash': 'tasks',
  'GET /api/tasks/:task_id': 'task',
  'PATCH /api/tasks/:task_id': 'task',
  'DELETE /api/tasks/:task_id': 'task',
  'POST /api/tasks/:task_id/restore': 'task',
}

const rows = Object.entries(table).map(([route, kind]) => {
  const [method = '', path = ''] = route.split(' ')
  return { method, path, kind }
})
const guarded = rows.filter(({ kind }) => kind !== 'open')
const named = guarded.filter(({ path }) => path.includes(':user_id'))
const items = guarded.filter(({ kind }) => kind === 'task')

describe.each(inject('databases'))('authorization on $name', ({ url }) => {
  let db: TestDatabase
  let api: TestApi
  let ada: Person
  let bob: Person
  let transactions = 0
  let ids: string[]

  beforeAll(async () => {
    db = await createTestDatabase(url)
    const counted: Database = {
      ...db.database,
      asUser: (userId, work) => {
        transactions += 1
        return db.database.asUser(userId, work)
      },
    }
    api = await createTestApi(counted)
    ada = await api.signIn('ada')
    bob = await api.signIn('bob')
    await bob.create({ title: 'Of Bob' })
    ids = await listIds()
  })
  afterAll(async () => {
    api.close()
    await db.close()
  })

  it('has a row for every route, and no row without a route', () => {
    const routes = api.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`)
    expect([...new Set(routes)].sort()).toEqual(Object.keys(table).sort())
  })

  it.each(rows.filter(({ kind }) => kind === 'open'))(
    '$method $path answers without a token, and takes no notice of a bad one',
    async ({ method, path }) => {
      for (const headers of [{}, { Authorization: 'Bearer nonsense' }]) {
        const response = await api.app.request(path, { method, headers })
        expect(response.status).toBe(200)
      }
    },
  )

  describe.each(guarded)('$method $path', ({ method, path }) => {
    it.each([
      ['no token', async () => undefined, 'token_missing', 'Bearer realm="api"'],
      ['another scheme', async () => 'Basic YWRhOmFkYQ==', 'token_missing', 'Bearer realm="api"'],
      [
        'an expired token',
        async () => `Bearer ${await api.issuer.sign({ sub: 'ada' }, { expiresIn: -60 })}`,
        'token_expired',
        'error="invalid_token"',
      ],
      [
        'a tampered token',
        async () => `Bearer ${tamper(ada.token)}`,
        'signature_invalid',
        'error="invalid_token"',
      ],
    ])(
      'FR-003, FR-006: answers %s with 401 on every path and id',
      async (_, credential, code, challenge) => {
        const authorization = await credential()
        const before = transactions
        for (const owner of ['ada', 'bob', 'me']) {
          for (const id of ids) {
            const response = await api.app.request(fill(path, owner, id), {
              method,
              ...(authorization && { headers: { Authorization: authorization } }),
            })
            expect(response.status).toBe(401)
            expect(response.headers.get('WWW-Authenticate')).toContain(challenge)
            expect(await response.json()).toMatchObject({ status: 401, code })
          }
        }
        expect(transactions).toBe(before)
      },
    )
  })

  it.each(named)(
    "FR-005, SC-006: $method $path answers another person's path with 403, before any query",
    async ({ method, path }) => {
      const before = transactions
      for (const [caller, owner] of [
        [ada, 'bob'],
        [bob, 'ada'],
        [ada, 'nobody'],
        [ada, 'ADA'],
        [ada, 'ada%00'],
        [ada, '%20ada'],
      ] as const) {
        for (const id of ids) {
          // The body is no JSON: nothing of it may be looked at before the owner is.
          const body = method === 'GET' ? undefined : 'no JSON'
          const response = await caller.call(method, fill(path, owner, id), body, {
            'Content-Type': 'text/plain',
          })
          expect(response.status).toBe(403)
          expect(response.headers.get('WWW-Authenticate')).toBeNull()
          expect(await response.json()).toMatchObject({ status: 403, code: 'not_owner' })
        }
      }
      expect(transactions).toBe(before)
    },
  )

  it.each(items)(
    "$method $path answers another's id, a random id and a malformed id with the same 404",
    async ({ method, path }) => {
      const before = await snapshot(bob)
      const answers = new Set<string>()
      for (const owner of ['ada', 'me']) {
        for (const id of ids.slice(1)) {
          const body = method === 'PATCH' ? { title: 'Taken over' } : undefined
          const response = await ada.call(method, fill(path, owner, id), body)
          expect(response.status).toBe(404)
          answers.add(await comparable(response))
        }
      }
      expect(answers.size).toBe(1)
      expect([...answers][0]).toContain('"code":"not_found"')
      expect(await snapshot(bob)).toBe(before)
    },
  )

  it.each(guarded)('$method $path answers its owner with 200', async ({ method, path }) => {
    for (const owner of path.includes(':user_id') ? ['ada', '%61da', 'me'] : ['']) {
      const [own = ''] = await listIds()
      const bodies: Record<string, object> = { POST: { title: 'New' }, PATCH: { title: 'Changed' } }
      const body = path.endsWith('/restore') ? undefined : bodies[method]
      const response = await ada.call(method, fill(path, owner, own), body)
      expect(response.status).toBe(200)
    }
  })

  it.each(guarded.filter(({ method }) => method === 'GET'))(
    'HEAD $path is judged like GET, and gives no body',
    async ({ path }) => {
      const [own = ''] = await listIds()
      const head = (who: Person, owner: string) => who.call('HEAD', fill(path, owner, own))
      expect((await api.app.request(fill(path, 'ada', own), { method: 'HEAD' })).status).toBe(401)
      const response = await head(ada, 'ada')
      expect([response.status, await response.text()]).toEqual([200, ''])
      if (path.includes(':user_id')) expect((await head(bob, 'ada')).status).toBe(403)
    },
  )

  /** An id of Ada, then ids she must not learn anything from: Bob's, a random one, malformed ones. */
  async function listIds(): Promise<string[]> {
    const own = await ada.create({ title: 'Of Ada' })
    const other = (await bob.list()).tasks[0]?.id ?? ''
    return [
      own.id,
      other,
      randomUUID(),
      'malformed',
      '0',
      `${own.id}0`,
      '%00',
      '%F0%9F%A7%A5',
      "'--",
    ]
  }

  async function snapshot(person: Person): Promise<string> {
    return JSON.stringify([await person.list(), await person.list('?deleted=true')])
  }
})

function fill(path: string, owner: string, id: string): string {
  return path.replace(':user_id', owner).replace(':task_id', id)
}

/** Flips one bit in the middle of the signature. */
function tamper(token: string): string {
  const [header, payload, signature = ''] = token.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20)
  return [header, payload, bytes.toString('base64url')].join('.')
}

/** Everything of an answer that may not differ: status, headers and body, without what counts and names requests. */
async function comparable(response: Response): Promise<string> {
  const headers = [...response.headers].filter(
    ([name]) => !['x-request-id', 'ratelimit', 'ratelimit-policy'].includes(name),
  )
  const body = (await response.text()).replace(/"requestId":"[^"]+"/, '')
  return JSON.stringify([response.status, headers]) + body
}
