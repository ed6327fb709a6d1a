/** The issuer of the API bench: a real Better Auth with our plugin, on its own port, with people who are signed in. */
import { createHash } from 'node:crypto'
import { serve } from '@hono/node-server'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { claimcheck } from 'claimcheck/better-auth'
import pg from 'pg'

export interface IssuerSetup {
  readonly databaseUrl: string
  readonly port: number
  readonly audience: string
  /** How many people sign up. */
  readonly people: number
}

/** Somebody who is signed in, both ways. */
export interface Person {
  readonly subject: string
  readonly token: string
  readonly cookie: string
}

/** The same instance for the issuer and for the peer that asks it on every request. */
export function createAuth({ databaseUrl, port, audience }: Omit<IssuerSetup, 'people'>) {
  // What Better Auth does takes a tenth of a second on purpose, and signing up is not what is measured.
  const hash = async (password: string) => createHash('sha256').update(password).digest('hex')
  return betterAuth({
    baseURL: `http://127.0.0.1:${port}`,
    secret: 'a-secret-for-a-bench-that-is-long-enough-0123456789',
    database: new pg.Pool({ connectionString: databaseUrl, max: 10, idleTimeoutMillis: 500 }),
    emailAndPassword: {
      enabled: true,
      password: { hash, verify: async (given) => given.hash === (await hash(given.password)) },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: claimcheck({ audience, expiration: '2h' }),
  })
}

/** Serves keys, tokens and the feed. */
export async function serveIssuer(setup: IssuerSetup): Promise<readonly Person[]> {
  const auth = createAuth(setup)
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()
  serve({ fetch: auth.handler, port: setup.port, hostname: '127.0.0.1' })
  const people: Person[] = []
  for (let n = 0; n < setup.people; n += 1) {
    const body = {
      name: `Person ${n}`,
      email: `person-${n}@example.com`,
      password: 'horse-battery',
    }
    const { headers, response } = await auth.api.signUpEmail({ body, returnHeaders: true })
    const cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
    const { token } = await auth.api.getToken({ headers: new Headers({ cookie }) })
    people.push({ subject: response.user.id, token, cookie })
  }
  return people
}
