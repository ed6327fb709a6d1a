import { afterEach, expect, it, vi } from 'vitest'
import { createVerifier } from './verifier.js'

const options = { issuer: 'https://app.example.com', audience: 'https://api.example.com' }

afterEach(() => vi.unstubAllEnvs())

it('a verifier that was closed is not found again', () => {
  vi.stubEnv('NODE_ENV', 'development')
  vi.stubEnv('NEXT_RUNTIME', 'nodejs')
  const closed = createVerifier({ ...options, audience: 'closed' })
  closed.close()
  expect(createVerifier({ ...options, audience: 'closed' })).not.toBe(closed)
})

it.each([
  ['the same options in next dev find the verifier again', 'development', 'nodejs', options, true],
  ['other options do not', 'development', 'nodejs', { ...options, audience: 'other' }, false],
  ['options with a function do not', 'development', 'nodejs', { ...options, on: () => {} }, false],
  ['the same options in production do not', 'production', 'nodejs', options, false],
  ['the same options outside Next.js do not', 'development', '', options, false],
])('%s', (_, environment, runtime, second, isFound) => {
  vi.stubEnv('NODE_ENV', environment)
  vi.stubEnv('NEXT_RUNTIME', runtime)
  expect(createVerifier(second) === createVerifier(options)).toBe(isFound)
})
