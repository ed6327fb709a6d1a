/** The API in a test: an app without a port, an issuer without a server, and people who call it. */
import { createVerifier, type Verifier } from 'claimcheck'
import { createTestIssuer, type TestIssuer } from 'claimcheck/testing'
import pino from 'pino'
import { type AppOptions, createApp } from '../src/app.js'
import type { Database } from '../src/database/database.js'
import { createAddressReader } from '../src/http/client-address.js'
import type { App } from '../src/http/context.js'
import { createMetrics } from '../src/http/metrics.js'
import { createRequestCounts } from '../src/http/request-counts.js'
import type { Task, TaskList } from '../src/tasks/schema.js'

export interface TestApi {
  readonly app: App
  readonly issuer: TestIssuer
  readonly verifier: Verifier
  /** What was logged, one object for each line. */
  readonly lines: Record<string, unknown>[]
  /** Somebody with a good token. */
  signIn(subject: string): Promise<Person>
  close(): void
}

export interface Person {
  readonly subject: string
  readonly token: string
  /** Calls a path; a body is sent as JSON. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
  /** Creates a task, and fails the test if that fails. */
  create(task: Record<string, unknown>): Promise<Task>
  list(query?: string): Promise<TaskList>
}

export async function createTestApi(
  database: Database,
  options: Partial<
    Pick<AppOptions, 'corsOrigins' | 'hints' | 'readRowSecurity' | 'limits' | 'isStopping'>
  > = {},
): Promise<TestApi> {
  const issuer = await createTestIssuer()
  const verifier = createVerifier(issuer.options)
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'trace' }, { write: (line) => lines.push(JSON.parse(line)) })
  const metrics = createMetrics({
    verifier,
    pool: { totalCount: 3, idleCount: 1, waitingCount: 7 },
    load: { share: 0.25 },
  })
  const app = createApp({
    verifier,
    database,
    log,
    corsOrigins: ['https://app.test'],
    url: 'https://api.test',
    limits: createTestLimits(),
    metrics: { ...metrics, isServed: true },
    ...options,
  })
  return {
    app,
    issuer,
    verifier,
    lines,
    signIn: async (subject) => toPerson(app, subject, await issuer.sign({ sub: subject })),
    close: () => verifier.close(),
  }
}

/** Limits that no test reaches which does not mean to. */
export function createTestLimits(limit = 1_000_000): AppOptions['limits'] {
  const log = pino({ level: 'silent' })
  return {
    counts: createRequestCounts({ limit, log }),
    readAddress: createAddressReader({ trustedProxies: ['loopback'], onUnnamedProxy: () => {} }),
    load: { enter: () => {}, leave: () => {}, turnAwaySome: () => {} },
  }
}

export function toPerson(app: App, subject: string, token: string): Person {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) {
    const all = new Headers(headers)
    all.set('Authorization', `Bearer ${token}`)
    if (body !== undefined && !all.has('Content-Type')) all.set('Content-Type', 'application/json')
    return await app.request(path, {
      method,
      headers: all,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }
  return {
    subject,
    token,
    call,
    create: async (task) => readJson<Task>(await call('POST', '/api/me/tasks', task)),
    list: async (query = '') => readJson<TaskList>(await call('GET', `/api/me/tasks${query}`)),
  }
}

/** The body of a successful answer; fails the test otherwise. */
export async function readJson<Body = Task>(response: Response): Promise<Body> {
  const text = await response.text()
  if (response.status !== 200) throw new Error(`Expected 200, got ${response.status}: ${text}`)
  return JSON.parse(text)
}

/** A database that no request may reach. */
export const unreachable: Database = {
  asUser: () => {
    throw new Error('A request that must not reach the database did.')
  },
  check: async () => {},
}
