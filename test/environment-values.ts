/**
 * What both apps take and refuse of the variables that both of them read. Each app tests itself against this table, so
 * that one of them cannot take a value that stops the other.
 */

export interface EnvironmentValue {
  readonly variable: string
  readonly value: string
  /** How the sentence begins that refuses the value; null for a value that is taken. */
  readonly refusal: string | null
}

const origins = ['BETTER_AUTH_URL', 'NEXT_PUBLIC_BETTER_AUTH_URL', 'API_URL', 'NEXT_PUBLIC_API_URL']
const names = ['JWT_ISSUER', 'JWT_AUDIENCE']
const noOrigin = 'must be an http or https address such as https://app.example.com.'
const noName = 'must have 1 to 255 visible ASCII characters, the same for the web app and the API.'
const noPort = 'must be a number from 0 to 65535.'
const noRedis = 'must be an address that starts with redis:// or rediss://.'
const noProxies =
  'must list IP addresses or ranges such as 10.0.0.0/8, separated by commas; loopback stands for this machine.'
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

export const environmentValues: readonly EnvironmentValue[] = [
  ...origins.flatMap((variable) => [
    ...taken(variable, 'http://localhost:3000', 'http://127.0.0.1:1/', ' https://a.example.com '),
    ...refused(variable, noOrigin, [
      'app.example.com',
      'localhost:3000',
      '//app.example.com',
      'ftp://app.example.com',
      'https://user@app.example.com',
      'https://user:secret@app.example.com',
      'null',
    ]),
    ...refused(variable, 'must be an address without a path, such as https://app.example.com.', [
      'https://app.example.com/auth',
      'https://app.example.com/?a=b',
      'https://app.example.com/#a',
    ]),
  ]),
  ...names.flatMap((variable) => [
    ...taken(variable, 'https://App.example.com/', 'urn:tasks', '!', '~'.repeat(255), ' tasks '),
    ...refused(variable, noName, ['two words', 'ü', 'a\u0000b', '~'.repeat(256)]),
  ]),
  ...taken('PORT', '0', '1', '8000', '65535', '08000'),
  ...refused('PORT', noPort, ['-1', '+80', '65536', '80a', '0x50', '1e3', '80.0', '100000', '8 0']),
  ...taken('STOP_PAUSE_SECONDS', '0', '2', '300'),
  ...refused('STOP_PAUSE_SECONDS', 'must be a number from 0 to 300.', ['-1', '301', '2s', '0.5']),
  ...['METRICS', 'MIGRATE_AT_START'].flatMap((variable) => [
    ...taken(variable, 'on', 'off'),
    ...refused(variable, 'can only be', ['1', 'true', 'OFF']),
  ]),
  ...taken('METRICS_PORT', '0', '9090'),
  ...refused('METRICS_PORT', noPort, ['-1', '65536', 'none']),
  ...taken('LOG_LEVEL', ...logLevels),
  ...refused('LOG_LEVEL', `must be one of ${logLevels.join(', ')}.`, ['loud', 'INFO', '30']),
  ...taken('TRIAL', '0', '1'),
  ...refused('TRIAL', 'can only be 1 or 0, or be left out.', ['true', 'yes', 'on', '01']),
  ...taken('INSPECTOR', 'on', 'off'),
  ...refused('INSPECTOR', 'can only be on or off, or be left out.', ['1', 'true', 'ON']),
  ...taken('JWT_ALGORITHM', 'EdDSA', 'RS256'),
  ...refused('JWT_ALGORITHM', 'must be EdDSA', ['HS256', 'none', 'eddsa', 'EdDSA,none', ',']),
  ...['NEON_DATABASE_URL', 'DATABASE_URL'].flatMap((variable) => [
    ...taken(variable, 'postgres://user:pw@db.example.com/app', 'postgresql:///app'),
    ...refused(variable, 'must be a Postgres address that starts with postgres://.', [
      'https://db.example.com',
      'mysql://user:secret@db.example.com/app',
      'db.example.com',
    ]),
  ]),
  ...taken('REDIS_URL', 'redis://localhost', 'rediss://user:pw@cache.example.com:6380/1'),
  ...refused('REDIS_URL', noRedis, ['localhost:6379', 'https://cache.example.com', 'redis:']),
  ...taken(
    'TRUSTED_PROXIES',
    'loopback',
    '10.0.0.1',
    '10.0.0.0/8, 192.168.0.0/16',
    'loopback,fd00::/8',
    '2001:db8::1',
  ),
  ...refused('TRUSTED_PROXIES', noProxies, [
    'proxy.example.com',
    '10.0.0.0/33',
    '10.0.0.256',
    '10.0.0',
    '0x0a.0.0.1',
    '*',
    '10.0.0.1,',
    '10.0.0.1 10.0.0.2',
    'fd00::/129',
  ]),
]

function taken(variable: string, ...values: string[]): EnvironmentValue[] {
  return values.map((value) => ({ variable, value, refusal: null }))
}

function refused(variable: string, sentence: string, values: string[]): EnvironmentValue[] {
  return values.map((value) => ({ variable, value, refusal: `${variable} ${sentence}` }))
}
