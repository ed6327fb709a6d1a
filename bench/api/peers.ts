/**
 * Each peer of the API bench in a process of its own: the same rows and the same answers, another way to know who asks.
 * All are written as one would who cares for speed: one prepared statement through a pool, nothing logged, no fence.
 */
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { jwk } from 'hono/jwk'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import pg from 'pg'
import { createAuth, type IssuerSetup, serveIssuer } from './auth.js'
import { measureQueries, type QuerySetup } from './query.js'

/** What a process is told to be. */
export type Peer =
  | ({ readonly kind: 'issuer' } & IssuerSetup)
  | ({ readonly kind: 'queries' } & QuerySetup)
  | ({ readonly kind: 'open' | 'jose' | 'jwk' | 'session' } & PeerSetup)

export interface PeerSetup {
  readonly issuer: Omit<IssuerSetup, 'people'>
  readonly databaseUrl: string
}

interface Env {
  Variables: { subject: string; jwtPayload: { sub: string } }
}

interface Row {
  readonly [column: string]: unknown
  readonly created_at: Date
  readonly id: string
}

process.on('message', (peer: Peer) => {
  start(peer).then(
    (result) => process.send?.({ result }),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

function start(peer: Peer): Promise<unknown> {
  if (peer.kind === 'issuer') return serveIssuer(peer)
  if (peer.kind === 'queries') return measureQueries(peer)
  return servePeer(peer.kind, peer)
}

function servePeer(
  kind: 'open' | 'jose' | 'jwk' | 'session',
  { issuer, databaseUrl }: PeerSetup,
): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10, idleTimeoutMillis: 500 })
  const app = new Hono<Env>()
  const base = `http://127.0.0.1:${issuer.port}`
  const jwksUrl = `${base}/api/auth/jwks`
  if (kind === 'jose') app.use('/api/*', withJose(jwksUrl, base, issuer.audience))
  if (kind === 'session') app.use('/api/*', withSession(createAuth(issuer)))
  if (kind === 'jwk') {
    app.use('/api/*', jwk({ jwks_uri: jwksUrl, alg: ['EdDSA'] }))
    app.use('/api/*', async (c, next) => {
      c.set('subject', c.get('jwtPayload').sub)
      await next()
    })
  }
  // Without authentication, whoever the path names is believed.
  if (kind === 'open') {
    app.use('/api/:user_id/*', async (c, next) => {
      c.set('subject', c.req.param('user_id') ?? '')
      await next()
    })
  }

  app.get('/me', (c) => c.json(me))
  app.get('/api/me', (c) => c.json({ ...me, subject: c.get('subject') }))
  app.get('/api/:user_id/tasks', async (c) => {
    const { rows } = await pool.query<Row>({ ...statements.page, values: [c.get('subject')] })
    const page = rows.slice(0, 20)
    const last = page.at(-1)
    const nextCursor =
      rows.length > 20 && last
        ? Buffer.from(JSON.stringify([last.created_at, last.id])).toString('base64url')
        : null
    return c.json({ tasks: page.map(toTask), nextCursor })
  })
  app.get('/api/:user_id/tasks/:id', async (c) => {
    const values = [c.get('subject'), c.req.param('id')]
    const { rows } = await pool.query<Row>({ ...statements.one, values })
    return rows[0] ? c.json(toTask(rows[0])) : c.json({ error: 'not found' }, 404)
  })
  app.post('/api/:user_id/tasks', async (c) => {
    const { title } = await c.req.json<{ title: string }>()
    const values = [c.get('subject'), crypto.randomUUID(), title]
    const { rows } = await pool.query<Row>({ ...statements.create, values })
    return c.json(toTask(rows[0] as Row))
  })
  app.patch('/api/:user_id/tasks/:id', async (c) => {
    await c.req.json()
    const values = [c.get('subject'), c.req.param('id')]
    const { rows } = await pool.query<Row>({ ...statements.complete, values })
    return rows[0] ? c.json(toTask(rows[0])) : c.json({ error: 'not found' }, 404)
  })
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
  })
}

function withJose(jwksUrl: string, issuer: string, audience: string): MiddlewareHandler<Env> {
  const keys = createRemoteJWKSet(new URL(jwksUrl))
  const checks = { issuer, audience, algorithms: ['EdDSA'] }
  return async (c, next) => {
    const token = c.req.header('Authorization')?.slice('Bearer '.length) ?? ''
    try {
      const { payload } = await jwtVerify(token, keys, checks)
      c.set('subject', payload.sub ?? '')
    } catch {
      return c.json({ error: 'unauthorized' }, 401)
    }
    await next()
  }
}

function withSession(auth: ReturnType<typeof createAuth>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const session = await auth.api.getSession({ headers: c.req.raw.headers })
    if (session === null) return c.json({ error: 'unauthorized' }, 401)
    c.set('subject', session.user.id)
    await next()
  }
}

/** What GET /api/me of ours says, for the route that asks nobody. */
const me = {
  subject: 'VEFs1MZ2m1EzDXqKZyuY5vKkXz2vVb3U',
  sessionId: 'h8sCDeUO1ohMfEDNJjQ8OpFVsLpKk1Ad',
  issuer: 'http://127.0.0.1:30000',
  audience: 'http://127.0.0.1:40000',
  issuedAt: '2026-11-21T09:30:00.000Z',
  expiresAt: '2026-11-21T11:30:00.000Z',
}

const columns = `user_id, id, title, notes, completed, completed_at, priority, due_on::text,
  created_at, updated_at, deleted_at, version`

const statements = {
  page: {
    name: 'page',
    text: `select ${columns} from bench.tasks where user_id = $1 and deleted_at is null
      order by created_at desc, id desc limit 21`,
  },
  one: {
    name: 'one',
    text: `select ${columns} from bench.tasks where user_id = $1 and id = $2 and deleted_at is null`,
  },
  create: {
    name: 'create',
    text: `insert into bench.tasks (user_id, id, title, creation) values ($1, $2, $3, '')
      returning ${columns}`,
  },
  complete: {
    name: 'complete',
    text: `update bench.tasks set completed_at = coalesce(completed_at, now()), updated_at = now(),
      version = version + 1 where user_id = $1 and id = $2 and deleted_at is null
      returning ${columns}`,
  },
}

function toTask(row: Row) {
  return {
    id: row.id,
    userId: row.user_id,
    title: row.title,
    notes: row.notes,
    completed: row.completed,
    completedAt: row.completed_at,
    priority: row.priority,
    dueOn: row.due_on,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    version: row.version,
  }
}
