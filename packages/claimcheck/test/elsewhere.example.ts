import { betterAuth } from 'better-auth'
import { bearer, deviceAuthorization } from 'better-auth/plugins'
import { claimcheck } from 'claimcheck/better-auth'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { database, secret } from './_issuer-example.js'

const issuer = 'https://app.example.com'
const pages = 'https://pages.example.com'

export const auth = betterAuth({
  baseURL: issuer,
  secret,
  database,
  emailAndPassword: { enabled: true },
  trustedOrigins: [pages],
  plugins: [
    ...claimcheck({ audience: 'https://api.example.com' }),
    bearer(),
    deviceAuthorization({ verificationUri: '/device' }),
  ],
})

export const app = new Hono()
  .use('/api/auth/*', cors({ origin: pages, credentials: true }))
  .on(['GET', 'POST'], '/api/auth/*', (c) => auth.handler(c.req.raw))

export async function signInFromTerminal(fetch: typeof globalThis.fetch): Promise<string> {
  const client = { client_id: 'notes-cli' }
  const started = await post(fetch, '/device/code', client)
  console.log(`Open ${started.verification_uri_complete} and confirm ${started.user_code}.`)
  let interval = Number(started.interval)
  while (true) {
    await new Promise((resolve) => setTimeout(resolve, interval * 1000))
    const answer = await post(fetch, '/device/token', {
      ...client,
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: started.device_code,
    })
    if (answer.access_token) return answer.access_token
    if (answer.error === 'slow_down') interval += 5
    else if (answer.error !== 'authorization_pending') throw new Error(answer.error_description)
  }
}

export async function fetchApiToken(session: string, fetch: typeof globalThis.fetch) {
  const headers = { Authorization: `Bearer ${session}` }
  const response = await fetch(`${issuer}/api/auth/token`, { headers })
  if (response.status === 401) throw new Error('Signed out. Sign in again.')
  if (!response.ok) throw new Error('The issuer cannot be asked right now. Try again.')
  const { token }: { token: string } = await response.json()
  return token
}

async function post(
  fetch: typeof globalThis.fetch,
  path: string,
  body: object,
): Promise<Record<string, string>> {
  const response = await fetch(`${issuer}/api/auth${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  return response.json()
}
