import { describe, expect, it } from 'vitest'
import { readNextPath, toSignIn } from './next-path.js'

describe('readNextPath', () => {
  it.each(['/dashboard', '/dashboard?view=today&q=a%20b#top', '/account'])(
    'keeps a path of this site: %s',
    (path) => {
      expect(readNextPath(path)).toBe(path)
    },
  )

  it.each([
    undefined,
    ['/account', '/dashboard'],
    '',
    'account',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/..//evil.example',
    'javascript:alert(1)',
    '/sign-in?next=/sign-in',
    '/sign-up',
    '/api/auth/sign-out',
    `/${'a'.repeat(2000)}`,
  ])('leads to the dashboard instead of %.40j', (value) => {
    expect(readNextPath(value as string)).toBe('/dashboard')
  })
})

describe('toSignIn', () => {
  it('leads back to where somebody wanted to go', () => {
    const address = new URL(toSignIn('/account?tab=a&b'), 'https://app.example.com')
    expect(readNextPath(address.searchParams.get('next') ?? undefined)).toBe('/account?tab=a&b')
    expect(toSignIn('/dashboard')).toBe('/sign-in')
  })
})
