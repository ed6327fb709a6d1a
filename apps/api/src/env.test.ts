import { describe, expect, it } from 'vitest'
import { readEnv } from './env.js'

const good = { TASKS_DATABASE_URL: 'postgres://user@localhost/tasks' }

describe('revocations', () => {
  it('are followed beside the app, unless they are switched off', () => {
    expect(readEnv(good).revocations).toEqual({
      url: 'http://localhost:3000/api/auth/revocations',
      whenStale: 'accept',
    })
    expect(readEnv({ ...good, REVOCATIONS_URL: 'off' }).revocations).toBe('off')
  })

  it('take their address, policy and file from the environment', () => {
    const env = {
      REVOCATIONS_URL: 'https://app.example.com/feed',
      REVOCATIONS_WHEN_STALE: 'refuse',
      REVOCATIONS_FILE: '/var/lib/api/revocations.jwt',
    }
    expect(readEnv({ ...good, ...env }).revocations).toEqual({
      url: 'https://app.example.com/feed',
      whenStale: 'refuse',
      store: '/var/lib/api/revocations.jwt',
    })
  })

  it.each([
    [{ REVOCATIONS_URL: 'nowhere' }, /^REVOCATIONS_URL must be/],
    [{ REVOCATIONS_URL: 'http://web/feed' }, /^REVOCATIONS_URL .* must use https/],
    [{ REVOCATIONS_WHEN_STALE: 'panic' }, /^REVOCATIONS_WHEN_STALE must be accept or refuse/],
  ])('are refused as %j', (env, message) => {
    expect(() => readEnv({ ...good, ...env })).toThrow(message)
  })
})
