import { NextRequest } from 'next/server'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const base = {
  BETTER_AUTH_URL: 'https://app.example.com',
  API_URL: 'https://api.example.com',
  BETTER_AUTH_SECRET: 'a-secret-for-tests-that-is-long-enough',
  AUTH_DATABASE_URL: 'postgres://user:pw@db.example.com/app',
  SMTP_URL: 'smtps://mail.example.com',
  MAIL_FROM: 'hello@example.com',
}

beforeEach(() => {
  vi.resetModules()
  for (const [name, value] of Object.entries(base)) vi.stubEnv(name, value)
})

afterEach(() => {
  vi.unstubAllEnvs()
})

async function ask(path: string, cookie = '', method = 'GET') {
  const { proxy } = await import('./proxy.js')
  return proxy(
    new NextRequest(`https://app.example.com${path}`, {
      method,
      headers: cookie ? { cookie } : {},
    }),
  )
}

const stale = '__Secure-better-auth.session_token=no-longer-valid'

describe('proxy', () => {
  it.each([
    ['/dashboard'],
    ['/dashboard?view=today&q=a%20b'],
    ['/account'],
    ['/account/devices'],
    ['/inspector'],
  ])(
    'sends somebody without a cookie from %s to sign in, and says where to go on',
    async (path) => {
      const response = await ask(path)
      expect(response.status).toBe(307)
      const location = new URL(response.headers.get('location') ?? '')
      expect(location.origin + location.pathname).toBe('https://app.example.com/sign-in')
      expect(location.searchParams.get('next')).toBe(path)
    },
  )

  it('lets a form through to its action, which looks for the session itself', async () => {
    const response = await ask('/account', '', 'POST')
    expect(response.status).toBe(200)
    expect(response.headers.get('location')).toBeNull()
    expect(response.headers.get('content-security-policy')).toContain('nonce-')
  })

  it.each([
    ['/dashboard with a cookie, be it stale', '/dashboard', stale],
    [
      '/sign-in with a stale cookie, so that there is no circle',
      '/sign-in?next=%2Fdashboard',
      stale,
    ],
    ['/sign-in without one', '/sign-in', ''],
    ['a page that only begins alike', '/dashboards', ''],
    ['an e-mail link', '/reset-password?token=x', ''],
  ])('lets %s through to the page', async (_, path, cookie) => {
    const response = await ask(path, cookie)
    expect(response.headers.get('x-middleware-next')).toBe('1')
    expect(response.headers.get('location')).toBeNull()
  })

  it('gives every page a policy with a nonce of its own, which the page is told', async () => {
    const [one, two] = [await ask('/sign-in'), await ask('/sign-in')]
    const policy = one.headers.get('content-security-policy') ?? ''
    const nonce = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)?.[1]
    expect(nonce).toBeDefined()
    expect(one.headers.get('x-middleware-request-x-nonce')).toBe(nonce)
    expect(one.headers.get('x-middleware-request-content-security-policy')).toBe(policy)
    expect(two.headers.get('content-security-policy')).not.toContain(`nonce-${nonce}`)
  })

  it('has a policy without inline or evaluated scripts, and lets pages reach the API and nothing else', async () => {
    const policy = (await ask('/sign-in')).headers.get('content-security-policy') ?? ''
    const rules = Object.fromEntries(
      policy.split('; ').map((rule) => rule.split(/ (.*)/s).slice(0, 2)),
    )
    expect(rules['script-src']).toMatch(/^'self' 'nonce-\S+' 'strict-dynamic'$/)
    expect(rules['style-src']).toMatch(/^'self' 'nonce-\S+'$/)
    expect(rules['connect-src']).toBe(`'self' https://api.example.com`)
    expect(rules['default-src']).toBe(`'self'`)
    for (const name of ['object-src', 'base-uri', 'frame-ancestors'])
      expect(rules[name]).toBe(`'none'`)
    expect(policy).toContain('upgrade-insecure-requests')
  })

  it.each([['/sign-in'], ['/dashboard'], ['/api/auth/get-session'], ['/.well-known/jwks.json']])(
    'protects %s with headers',
    async (path) => {
      const { headers } = await ask(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8};/)
    },
  )

  it('promises https only where there is https', async () => {
    vi.stubEnv('BETTER_AUTH_URL', 'http://localhost:3000')
    const { headers } = await ask('/sign-in')
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('content-security-policy')).not.toContain('upgrade')
  })
})
