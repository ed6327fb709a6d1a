import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './data-dir.js'
import { readSettings } from './settings.js'

describe('the settings', () => {
  test('need nothing set', () => {
    expect(readSettings({}, [])).toEqual({
      web: {
        variable: 'BETTER_AUTH_URL',
        url: 'http://localhost:3000',
        port: 3000,
        host: '127.0.0.1',
      },
      api: { variable: 'API_URL', url: 'http://localhost:8000', port: 8000, host: '127.0.0.1' },
      dataDir: join(root, '.data'),
      hasDatabases: false,
      isDev: false,
    })
  })

  test.each([
    ['http://localhost:4000', 'http://localhost:4000', 4000],
    ['http://localhost:4000/', 'http://localhost:4000', 4000],
    ['http://app.test', 'http://app.test', 80],
    ['https://app.test', 'https://app.test', 443],
  ])('read address and port from %s', (value, url, port) => {
    expect(readSettings({ BETTER_AUTH_URL: value }, []).web).toMatchObject({ url, port })
    const named = { NEXT_PUBLIC_BETTER_AUTH_URL: value }
    expect(readSettings(named, []).web).toMatchObject({ url, port })
  })

  test.each([
    [{}, false],
    [{ AUTH_DATABASE_URL: '', TASKS_DATABASE_URL: '' }, false],
    [{ AUTH_DATABASE_URL: 'postgres://a', TASKS_DATABASE_URL: 'postgres://b' }, true],
    [{ NEON_DATABASE_URL: 'postgres://a' }, true],
    [{ DATABASE_URL: 'postgres://a' }, true],
    [{ DATABASE_URL: 'postgres://a', AUTH_DATABASE_URL: 'postgres://b' }, true],
  ])('tell from %j whether someone else runs the databases', (env, expected) => {
    expect(readSettings(env, []).hasDatabases).toBe(expected)
  })

  test.each([
    [{ BETTER_AUTH_URL: 'localhost:3000' }, /^BETTER_AUTH_URL must be an address such as http/],
    [{ API_URL: 'ftp://localhost' }, /^API_URL must be an address such as http/],
    [{ API_URL: 'http://localhost:3000' }, /both point to port 3000/],
    [{ AUTH_DATABASE_URL: 'postgres://a' }, /^Only AUTH_DATABASE_URL is set/],
    [{ MIGRATIONS_DATABASE_URL: 'postgres://a' }, /^Only MIGRATIONS_DATABASE_URL is set/],
    [{ TASKS_DATABASE_URL: 'postgres://a' }, /^Only TASKS_DATABASE_URL is set/],
  ])('refuse %j in a sentence', (env, words) => {
    expect(() => readSettings(env, [])).toThrow(words)
  })
})
