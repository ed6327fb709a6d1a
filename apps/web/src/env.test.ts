import { describe, expect, it } from 'vitest'
import { environmentValues } from '../../../test/environment-values.js'
import { readEnv } from './env.js'
import { StartError } from './start-error.js'

const secret = 'a-secret-for-tests-that-is-long-enough'
const trial = {
  TRIAL: '1',
  BETTER_AUTH_SECRET: secret,
  AUTH_DATABASE_URL: 'postgres://user:pw@db.example.com/app',
}
const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }
const real = {
  BETTER_AUTH_URL: 'https://app.example.com',
  API_URL: 'https://api.example.com',
  BETTER_AUTH_SECRET: secret,
  AUTH_DATABASE_URL: 'postgres://user:pw@db.example.com/app',
  SMTP_URL: 'smtps://user:pw@mail.example.com',
  MAIL_FROM: 'Claimcheck <hello@example.com>',
}

describe('readEnv', () => {
  it('fills in what the contract says', () => {
    expect(readEnv(trial)).toEqual({
      public: {
        appUrl: 'http://localhost:3000',
        apiUrl: 'http://localhost:8000',
        trial: true,
        inspector: true,
      },
      host: '127.0.0.1',
      port: 3000,
      apiInternalUrl: 'http://localhost:8000',
      issuer: 'http://localhost:3000',
      audience: 'http://localhost:8000',
      algorithm: 'EdDSA',
      expiration: 900,
      rotation: 30 * 86_400,
      secret,
      secrets: [],
      database: { url: trial.AUTH_DATABASE_URL, variable: 'AUTH_DATABASE_URL' },
      migratesAtStart: true,
      mail: null,
      authRateLimit: true,
      redisUrl: null,
      trustedProxies: ['loopback'],
      stopPause: 0,
      readyFile: null,
      metrics: 'own port',
      logLevel: 'info',
    })
  })

  it.each([
    [
      'both addresses under their public names',
      {
        NEXT_PUBLIC_BETTER_AUTH_URL: 'http://localhost:1',
        NEXT_PUBLIC_API_URL: 'http://localhost:2',
      },
      {
        public: {
          appUrl: 'http://localhost:1',
          apiUrl: 'http://localhost:2',
          trial: true,
          inspector: true,
        },
      },
    ],
    [
      'the plain name before the public one',
      { BETTER_AUTH_URL: 'http://localhost:3', NEXT_PUBLIC_BETTER_AUTH_URL: 'http://localhost:1' },
      { issuer: 'http://localhost:3' },
    ],
    [
      'an address without its last slash',
      { BETTER_AUTH_URL: 'http://localhost:3/' },
      { issuer: 'http://localhost:3' },
    ],
    [
      'issuer and audience as they are written',
      { JWT_ISSUER: 'https://x/', JWT_AUDIENCE: 'tasks' },
      { issuer: 'https://x/', audience: 'tasks' },
    ],
    ['RS256', { JWT_ALGORITHM: 'RS256' }, { algorithm: 'RS256' }],
    ['times', { JWT_EXPIRATION: '90s', JWT_ROTATION: '12h' }, { expiration: 90, rotation: 43_200 }],
    [
      'the next database address',
      {
        AUTH_DATABASE_URL: '',
        NEON_DATABASE_URL: 'postgresql://n/x',
        DATABASE_URL: 'postgres://d/x',
      },
      { database: { url: 'postgresql://n/x', variable: 'NEON_DATABASE_URL' } },
    ],
    [
      'the last database address',
      { AUTH_DATABASE_URL: ' ', DATABASE_URL: 'postgres://d/x' },
      { database: { url: 'postgres://d/x', variable: 'DATABASE_URL' } },
    ],
    [
      'a row of secrets',
      { BETTER_AUTH_SECRET: '', BETTER_AUTH_SECRETS: `2:${secret}2, 1:${secret}1` },
      {
        secret: null,
        secrets: [
          { version: 2, value: `${secret}2` },
          { version: 1, value: `${secret}1` },
        ],
      },
    ],
    ['no limit for tests on one machine', { AUTH_RATE_LIMIT: 'off' }, { authRateLimit: false }],
    [
      'where the server reaches the API',
      { API_INTERNAL_URL: 'http://api:8000' },
      { apiInternalUrl: 'http://api:8000' },
    ],
  ])('reads %s', (_, more, expected) => {
    expect(readEnv({ ...trial, ...more })).toMatchObject(expected)
  })

  it('takes a real deployment', () => {
    expect(readEnv(real)).toMatchObject({
      public: { trial: false, inspector: false },
      mail: { smtpUrl: real.SMTP_URL, from: real.MAIL_FROM },
    })
  })

  it('shows the inspector elsewhere when told to', () => {
    expect(readEnv({ ...real, INSPECTOR: 'on' }).public).toMatchObject({ inspector: true })
  })

  it.each([
    ['INSPECTOR', { INSPECTOR: '1' }, 'on or off'],
    ['BETTER_AUTH_URL', { BETTER_AUTH_URL: 'app.example.com' }, 'https://app.example.com'],
    ['BETTER_AUTH_URL', { BETTER_AUTH_URL: 'https://app.example.com/auth' }, 'without a path'],
    ['BETTER_AUTH_URL', { BETTER_AUTH_URL: 'ftp://app.example.com' }, 'http or https'],
    ['API_URL', { API_URL: 'https://user:pw@api.example.com' }, 'http or https'],
    ['NEXT_PUBLIC_API_URL', { API_URL: '', NEXT_PUBLIC_API_URL: '//' }, 'http or https'],
    ['API_INTERNAL_URL', { API_INTERNAL_URL: 'api' }, 'http or https'],
    ['JWT_ALGORITHM', { JWT_ALGORITHM: 'HS256' }, 'EdDSA or RS256'],
    ['JWT_EXPIRATION', { JWT_EXPIRATION: '900' }, '15m'],
    ['JWT_EXPIRATION', { JWT_EXPIRATION: '25h' }, '24h'],
    ['JWT_ROTATION', { JWT_ROTATION: '10m' }, 'at least 1h'],
    ['BETTER_AUTH_SECRET', { BETTER_AUTH_SECRET: '' }, 'openssl rand'],
    ['BETTER_AUTH_SECRET', { BETTER_AUTH_SECRET: 'short' }, '32 characters'],
    ['BETTER_AUTH_SECRETS', { BETTER_AUTH_SECRETS: secret }, '2:newest,1:older'],
    [
      'BETTER_AUTH_SECRETS',
      { BETTER_AUTH_SECRETS: `1:${secret},1:${secret}` },
      'each version once',
    ],
    ['AUTH_DATABASE_URL', { AUTH_DATABASE_URL: '' }, 'npm start'],
    ['AUTH_DATABASE_URL', { AUTH_DATABASE_URL: 'mysql://x/y' }, 'postgres://'],
    ['SMTP_URL and MAIL_FROM', { SMTP_URL: '', MAIL_FROM: '' }, 'TRIAL=1'],
    ['MAIL_FROM', { MAIL_FROM: '' }, 'TRIAL=1'],
    ['MAIL_FROM', { MAIL_FROM: 'somebody' }, 'e-mail address'],
    ['SMTP_URL', { SMTP_URL: 'mail.example.com:587' }, 'smtp://'],
    ['PORT', { PORT: '80a' }, '65535'],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, 'trace, debug'],
    ['AUTH_RATE_LIMIT', { AUTH_RATE_LIMIT: 'no' }, 'off'],
    ['AUTH_RATE_LIMIT', { AUTH_RATE_LIMIT: 'off' }, 'BETTER_AUTH_URL and API_URL'],
    ['TRIAL', { TRIAL: 'yes' }, '1'],
    ['TRIAL', { TRIAL: '1' }, 'BETTER_AUTH_URL and API_URL'],
    [
      'TRIAL',
      { TRIAL: '1', BETTER_AUTH_URL: 'http://localhost', API_URL: 'http://[::1]', HOST: '0.0.0.0' },
      'HOST must be localhost',
    ],
  ])('names %s and the way out', (name, more, way) => {
    const message = readFailure({ ...real, ...more })
    expect(message.split('\n')).toHaveLength(1)
    expect(message).toContain(name)
    expect(message).toContain(way)
  })

  it('names everything that is wrong at once, and never repeats a secret', () => {
    const message = readFailure({ PORT: 'x', BETTER_AUTH_SECRETS: 'hunter2' })
    expect(message.split('\n')).toHaveLength(4)
    expect(message).not.toContain('hunter2')
  })
})

describe('a variable that both apps read', () => {
  it.each(environmentValues)('$variable is taken or refused as in the API: $value', (row) => {
    const { variable, value, refusal } = row
    const isDatabase = variable.endsWith('DATABASE_URL')
    const source = { ...real, ...(isDatabase && { AUTH_DATABASE_URL: '' }) }
    const isTrial = variable === 'TRIAL' && value === '1'
    const read = { ...source, ...(isTrial && trial), ...(isTrial && local), [variable]: value }
    // Where another name would be read first, that one is left out.
    const name = variable.replace('NEXT_PUBLIC_', '')
    if (name !== variable) Object.assign(read, { [name]: '' })
    if (refusal === null) expect(() => readEnv(read)).not.toThrow()
    else expect(readFailure(read).startsWith(refusal)).toBe(true)
  })
})

function readFailure(source: Record<string, string>): string {
  try {
    readEnv(source)
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}
