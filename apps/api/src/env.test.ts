import { describe, expect, it } from 'vitest'
import { environmentValues } from '../../../test/environment-values.js'
import { readEnv } from './env.js'
import { StartError } from './start-error.js'

const database = { TASKS_DATABASE_URL: 'postgres://user@localhost/tasks' }

describe('the environment', () => {
  it('needs nothing but a database', () => {
    expect(readEnv(database)).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      url: 'http://localhost:8000',
      issuer: 'http://localhost:3000',
      audience: 'http://localhost:8000',
      algorithms: ['EdDSA'],
      jwksUrl: 'http://localhost:3000/api/auth/jwks',
      allowHttp: false,
      jwksFile: undefined,
      database: { url: database.TASKS_DATABASE_URL, variable: 'TASKS_DATABASE_URL' },
      corsOrigins: ['http://localhost:3000'],
      trial: false,
      inspector: false,
      logLevel: 'info',
    })
  })

  it('answers Prometheus on its own port, on another, or nowhere', () => {
    expect(readEnv(database).metrics).toBe('own port')
    expect(readEnv({ ...database, METRICS_PORT: '9464' }).metrics).toBe(9464)
    expect(readEnv({ ...database, METRICS: 'off', METRICS_PORT: '9464' }).metrics).toBeNull()
  })

  it('shows the inspector in a trial, and elsewhere only when told to', () => {
    expect(readEnv({ ...database, TRIAL: '1' }).inspector).toBe(true)
    expect(readEnv({ ...database, INSPECTOR: 'on' }).inspector).toBe(true)
    expect(readEnv({ ...database, INSPECTOR: 'off' }).inspector).toBe(false)
  })

  it('lets the issuer, the audience, the keys and the origins follow from two addresses', () => {
    const env = readEnv({
      ...database,
      BETTER_AUTH_URL: 'https://app.example.com/',
      API_URL: ' https://api.example.com ',
    })
    expect(env).toMatchObject({
      issuer: 'https://app.example.com',
      audience: 'https://api.example.com',
      jwksUrl: 'https://app.example.com/api/auth/jwks',
      corsOrigins: ['https://app.example.com'],
    })
  })

  it('reads the public names of the addresses, after their own', () => {
    const names = {
      NEXT_PUBLIC_BETTER_AUTH_URL: 'https://a.test',
      NEXT_PUBLIC_API_URL: 'https://b.test',
    }
    expect(readEnv({ ...database, ...names })).toMatchObject({
      issuer: 'https://a.test',
      audience: 'https://b.test',
    })
    expect(readEnv({ ...database, ...names, API_URL: 'https://c.test' }).audience).toBe(
      'https://c.test',
    )
  })

  it.each([
    [
      { TASKS_DATABASE_URL: 'postgres://t', NEON_DATABASE_URL: 'postgres://n' },
      'TASKS_DATABASE_URL',
    ],
    [{ NEON_DATABASE_URL: 'postgresql://n', DATABASE_URL: 'postgres://d' }, 'NEON_DATABASE_URL'],
    [{ TASKS_DATABASE_URL: ' ', DATABASE_URL: 'postgres://d' }, 'DATABASE_URL'],
  ])('takes the first database of %j', (source, variable) => {
    expect(readEnv(source).database.variable).toBe(variable)
  })

  it.each([
    ['RS256', ['RS256']],
    ['EdDSA,RS256', ['EdDSA', 'RS256']],
    ['RS256, EdDSA', ['RS256', 'EdDSA']],
  ])('FR-010: reads JWT_ALGORITHM=%s', (value, algorithms) => {
    expect(readEnv({ ...database, JWT_ALGORITHM: value }).algorithms).toEqual(algorithms)
  })

  it('FR-009: takes issuer and audience exactly as they are written', () => {
    const names = { JWT_ISSUER: 'https://App.example.com/', JWT_AUDIENCE: 'urn:tasks' }
    expect(readEnv({ ...database, ...names })).toMatchObject({
      issuer: 'https://App.example.com/',
      audience: 'urn:tasks',
    })
  })

  it('allows keys over plain http on this machine, and elsewhere only when told to', () => {
    const web = { ...database, JWKS_URL: 'http://web:3000/jwks' }
    expect(() => readEnv(web)).toThrow(/^JWKS_URL .* must use https.*ALLOW_HTTP_ISSUER=1/)
    expect(readEnv({ ...web, ALLOW_HTTP_ISSUER: '1' })).toMatchObject({ allowHttp: true })
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]', 'web.localhost']) {
      expect(readEnv({ ...database, JWKS_URL: `http://${host}/jwks` }).jwksUrl).toContain(host)
    }
  })

  it.each([
    [{ HOST: '0.0.0.0' }, 'HOST'],
    [{ BETTER_AUTH_URL: 'https://app.example.com' }, 'BETTER_AUTH_URL'],
    [{ API_URL: 'https://localhost.example.com' }, 'API_URL'],
    [{ HOST: '::', API_URL: 'https://x.test' }, 'HOST and API_URL'],
  ])('refuses a trial that others can reach: %j', (source, names) => {
    expect(() => readEnv({ ...database, ...source, TRIAL: '1' })).toThrow(
      `TRIAL=1 is for one machine: ${names} must be localhost`,
    )
    expect(readEnv({ ...database, TRIAL: '1' }).trial).toBe(true)
  })

  it.each([
    [{ BETTER_AUTH_URL: 'app.example.com' }, /^BETTER_AUTH_URL must be an http or https address/],
    [
      { BETTER_AUTH_URL: 'https://app.example.com/auth' },
      /^BETTER_AUTH_URL must be an address without a path/,
    ],
    [{ NEXT_PUBLIC_API_URL: 'ftp://x' }, /^NEXT_PUBLIC_API_URL must be/],
    [{ API_URL: 'https://user:secret@x.test' }, /^API_URL must be/],
    [{ JWT_ISSUER: 'two words' }, /^JWT_ISSUER must have/],
    [{ JWT_AUDIENCE: 'ü' }, /^JWT_AUDIENCE must have/],
    [{ JWT_ALGORITHM: 'HS256' }, /^JWT_ALGORITHM must be EdDSA, RS256/],
    [{ JWT_ALGORITHM: 'EdDSA,EdDSA' }, /^JWT_ALGORITHM must be/],
    [{ JWT_ALGORITHM: 'EdDSA,none' }, /^JWT_ALGORITHM must be/],
    [{ JWKS_URL: 'file:///etc/keys' }, /^JWKS_URL must be/],
    [{ JWKS_URL: 'https://user:secret@x.test/jwks' }, /^JWKS_URL must be/],
    [{ ALLOW_HTTP_ISSUER: 'yes' }, /^ALLOW_HTTP_ISSUER can only be 1/],
    [{ TRIAL: 'true' }, /^TRIAL can only be 1/],
    [{ INSPECTOR: '1' }, /^INSPECTOR can only be on or off/],
    [{ PORT: '-1' }, /^PORT must be/],
    [{ PORT: '65536' }, /^PORT must be/],
    [{ PORT: '80a' }, /^PORT must be/],
    [{ CORS_ORIGINS: '*' }, /^CORS_ORIGINS must list the origins/],
    [
      { CORS_ORIGINS: 'https://a.test,https://b.test/path' },
      /^CORS_ORIGINS must be an address without a path/,
    ],
    [{ CORS_ORIGINS: 'https://a.test,' }, /^CORS_ORIGINS must be/],
    [{ CORS_ORIGINS: 'null' }, /^CORS_ORIGINS must be/],
    [{ RATE_LIMIT_PER_MINUTE: '0' }, /^RATE_LIMIT_PER_MINUTE must be a number from 1/],
    [{ RATE_LIMIT_PER_MINUTE: 'off' }, /^RATE_LIMIT_PER_MINUTE must be/],
    [{ STOP_PAUSE_SECONDS: '301' }, /^STOP_PAUSE_SECONDS must be a number from 0 to 300/],
    [{ METRICS: '0' }, /^METRICS can only be on or off/],
    [{ METRICS_PORT: '0x50' }, /^METRICS_PORT must be a number from 0 to 65535/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be one of/],
    [{ TASKS_DATABASE_URL: 'https://db.test' }, /^TASKS_DATABASE_URL must be a Postgres address/],
    [{ TASKS_DATABASE_URL: '' }, /^TASKS_DATABASE_URL is missing: set it to .* npm start/],
  ])('refuses %j in a sentence that names the variable and repeats no value', (source, message) => {
    const refuse = () => readEnv({ ...database, ...source })
    expect(refuse).toThrow(StartError)
    expect(refuse).toThrow(message)
    expect(refuse).not.toThrow(/secret|words|loud/)
  })

  it('names everything that is wrong at once, each on a line of its own', () => {
    const refuse = () => readEnv({ PORT: 'x', LOG_LEVEL: 'y', TRIAL: 'z' })
    expect(refuse).toThrow(/^TRIAL .*\nPORT .*\nTASKS_DATABASE_URL .*\nLOG_LEVEL .*$/)
  })
})

describe('a variable that both apps read', () => {
  it.each(environmentValues)('$variable is taken or refused as in the web app: $value', (row) => {
    const { variable, value, refusal } = row
    const source = variable.endsWith('DATABASE_URL') ? {} : database
    const read = () => readEnv({ ...source, ALLOW_HTTP_ISSUER: '1', [variable]: value })
    if (refusal === null) expect(read).not.toThrow()
    else expect(readRefusal(read).startsWith(refusal)).toBe(true)
  })
})

describe('revocations', () => {
  it('are followed beside the app, unless they are switched off', () => {
    expect(readEnv(database).revocations).toEqual({
      url: 'http://localhost:3000/api/auth/revocations',
      whenStale: 'accept',
    })
    expect(readEnv({ ...database, REVOCATIONS_URL: 'off' }).revocations).toBe('off')
  })

  it('take their address, policy and file from the environment', () => {
    const env = {
      REVOCATIONS_URL: 'https://app.example.com/feed',
      REVOCATIONS_WHEN_STALE: 'refuse',
      REVOCATIONS_FILE: '/var/lib/api/revocations.jwt',
    }
    expect(readEnv({ ...database, ...env }).revocations).toEqual({
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
    expect(() => readEnv({ ...database, ...env })).toThrow(message)
  })
})

function readRefusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  throw new Error('The value was taken.')
}
