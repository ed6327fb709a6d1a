/**
 * A real Better Auth for tests, spoken to as a browser would: cookies, Origin, Requests and
 * Responses, no port.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { getMigrations } from 'better-auth/db/migration'
import pg from 'pg'
import { type ClaimcheckOptions, claimcheck } from '../src/better-auth/index.js'

export const appUrl = 'https://app.example.com'
export const apiUrl = 'https://api.example.com'
export const secret = 'a-secret-for-tests-that-is-long-enough-0123456789'

/** Where a test's Better Auth keeps its rows. */
export interface Store {
  readonly name: string
  readonly database: NonNullable<BetterAuthOptions['database']>
  readonly isShared: boolean
  /** Has the database refuse new rows of a table, until the returned function is called. */
  refuse(table: string): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** Rows in memory, of one process. */
export function createMemoryStore(): Store & { clear(table: string): void } {
  const models = [
    'user',
    'session',
    'account',
    'verification',
    'jwks',
    'revocation',
    'rateLimit',
    'deviceCode',
  ]
  const rows: Record<string, unknown[]> = Object.fromEntries(models.map((model) => [model, []]))
  return {
    name: 'memory',
    database: memoryAdapter(rows),
    isShared: false,
    clear(table) {
      rows[table] = []
    },
    async refuse(table) {
      let present = rows[table] ?? []
      const value = () => {
        throw new Error('refused')
      }
      // The adapter puts another array there with every transaction.
      Object.defineProperty(rows, table, {
        configurable: true,
        enumerable: true,
        get: () => Object.defineProperty([...present], 'push', { value }),
        set: (next: unknown[]) => {
          present = next
        },
      })
      return async () => {
        Object.defineProperty(rows, table, { value: present, writable: true })
      }
    },
    close: async () => undefined,
  }
}

/** A new database on a server. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `claimcheck_issuer_${randomBytes(5).toString('hex')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Rows in a database that other processes may use as well. */
export function openPostgresStore(url: string, max = 10): Store {
  const pool = new pg.Pool({ connectionString: url, max })
  return {
    name: 'postgres',
    database: pool,
    isShared: true,
    async refuse(table) {
      const name = `refuse_${randomBytes(4).toString('hex')}`
      await pool.query(
        `create function ${name}() returns trigger language plpgsql
           as $$ begin raise exception 'refused'; end $$;
         create trigger ${name} before insert on ${table}
           for each row execute function ${name}()`,
      )
      return async () => void (await pool.query(`drop function ${name} cascade`))
    },
    close: () => pool.end(),
  }
}

export interface IssuerSettings {
  readonly claimcheck?: Partial<ClaimcheckOptions>
  readonly auth?: Partial<BetterAuthOptions>
  /** Default: true; false when another process has migrated. */
  readonly migrate?: boolean
}

/** What Better Auth does takes a tenth of a second on purpose, which is not what is tested here. */
export const cheapPasswords = {
  hash: async (password: string) => createHash('sha256').update(password).digest('hex'),
  verify: async ({ hash, password }: { hash: string; password: string }) =>
    hash === (await cheapPasswords.hash(password)),
}

/** Makes a Better Auth with the preset, its tables there. */
export async function createIssuer(store: Store, settings: IssuerSettings = {}) {
  const options = {
    baseURL: appUrl,
    secret,
    database: store.database,
    emailAndPassword: { enabled: true, password: cheapPasswords },
    user: { deleteUser: { enabled: true } },
    logger: { disabled: true },
    telemetry: { enabled: false },
    ...settings.auth,
    plugins: [
      ...claimcheck({ issuer: appUrl, audience: apiUrl, ...settings.claimcheck }),
      ...(settings.auth?.plugins ?? []),
    ],
  } satisfies BetterAuthOptions
  if (store.isShared && settings.migrate !== false) {
    const { runMigrations } = await getMigrations(options)
    await runMigrations()
  }
  return betterAuth(options)
}

export type TestAuth = Awaited<ReturnType<typeof createIssuer>>

/** A browser of one person: keeps the cookies and sends what a browser sends. */
export interface Browser {
  readonly cookies: Map<string, string>
  /** The cookies alone, as a server component passes them on. */
  headers(): Headers
  send(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<Response>
  /** Asks for a token; null when the answer is 401. */
  token(): Promise<string | null>
}

export function openBrowser(
  handler: (request: Request) => Promise<Response>,
  cookies = new Map<string, string>(),
): Browser {
  function toCookie(): string {
    return [...cookies].map((pair) => pair.join('=')).join('; ')
  }

  async function send(method: string, path: string, body?: unknown, extra?: HeadersInit) {
    const headers = new Headers({ origin: appUrl, 'sec-fetch-site': 'same-origin' })
    if (cookies.size > 0) headers.set('cookie', toCookie())
    if (body !== undefined) headers.set('content-type', 'application/json')
    new Headers(extra).forEach((value, name) => {
      if (value) headers.set(name, value)
      else headers.delete(name)
    })
    const response = await handler(
      new Request(`${appUrl}/api/auth${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', ...value] = pair.split('=')
      if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) cookies.delete(name)
      else cookies.set(name, value.join('='))
    }
    return response
  }
  return {
    cookies,
    headers: () => new Headers({ cookie: toCookie() }),
    send,
    async token() {
      const response = await send('GET', '/token')
      if (response.status === 401) return null
      if (response.status !== 200) throw new Error(`/token answered ${response.status}`)
      const { token }: { token: string } = await response.json()
      return token
    },
  }
}

let people = 0

/** Signs a new person up, in a browser of their own. */
export async function signUp(auth: { handler(request: Request): Promise<Response> }) {
  people += 1
  const email = `person-${people}-${randomBytes(3).toString('hex')}@example.com`
  const password = 'correct horse battery staple'
  const browser = openBrowser(auth.handler)
  const response = await browser.send('POST', '/sign-up/email', { name: 'Person', email, password })
  if (response.status !== 200) throw new Error(`sign-up answered ${response.status}`)
  const { user }: { user: { id: string } } = await response.json()
  return { browser, email, password, userId: user.id }
}

/** Signs a person in once more, in another browser. */
export async function signIn(
  auth: { handler(request: Request): Promise<Response> },
  person: { email: string; password: string },
): Promise<Browser> {
  const browser = openBrowser(auth.handler)
  const { email, password } = person
  const response = await browser.send('POST', '/sign-in/email', { email, password })
  if (response.status !== 200) throw new Error(`sign-in answered ${response.status}`)
  return browser
}

/** A fetch that Better Auth answers, for a verifier to get its keys by. */
export function toFetch(auth: { handler(request: Request): Promise<Response> }): typeof fetch {
  return (input, init) => auth.handler(new Request(input, init))
}
