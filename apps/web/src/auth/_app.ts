/**
 * The sign-in server of this app for tests: real configuration, real database.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Env, readEnv } from '../env.js'
import { answerAuth } from './answer.js'
import { getAddressHeader } from './client-address.js'
import type { PasswordHashing } from './hashing/password-hashing.js'
import { getAuth } from './running.js'

export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `claimcheck_web_${randomBytes(5).toString('hex')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** The environment of a real deployment, except for what `more` says. */
export function readTestEnv(database: string, more: Record<string, string> = {}): Env {
  return readEnv({
    BETTER_AUTH_URL: 'https://app.example.com',
    API_URL: 'https://api.example.com',
    BETTER_AUTH_SECRET: 'a-secret-for-tests-that-is-long-enough',
    AUTH_DATABASE_URL: database,
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Claimcheck <hello@example.com>',
    LOG_LEVEL: 'silent',
    ...more,
  })
}

/** For what is not about hashing, which takes a tenth of a second of the processor on purpose. */
export const quickHashing: PasswordHashing = {
  hash: async (password) => `hash of ${password}`,
  verify: async ({ hash, password }) => hash === `hash of ${password}`,
}

/** Sends a request as a page of the app would, and keeps the cookies. */
export function openBrowser(appUrl = 'https://app.example.com') {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async send(method: string, path: string, body?: unknown, extra: Record<string, string> = {}) {
      const headers = new Headers({
        origin: appUrl,
        [getAddressHeader()]: '203.0.113.7',
        ...extra,
      })
      headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '))
      if (body !== undefined) headers.set('content-type', 'application/json')
      const answer = await answerAuth(
        getAuth(),
        new Request(`${appUrl}${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      )
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', ...value] = (line.split(';')[0] ?? '').split('=')
        cookies.set(name, value.join('='))
      }
      return answer
    },
  }
}

/** What a token says; whether it is good is not asked. */
export function readClaims(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}
