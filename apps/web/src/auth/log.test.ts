import { expect, it } from 'vitest'
import { createLogger } from './log.js'

type Line = Readonly<Record<string, unknown>>

/** Keeps the lines instead of writing them. */
function keep(lines: Line[]) {
  return { write: (line: string) => void lines.push(JSON.parse(line)) }
}

it('writes messages and the names and codes of errors, and nothing they carry', () => {
  const lines: Line[] = []
  const log = createLogger('info', keep(lines))
  const failure = Object.assign(new Error('Key (email)=(alice@example.com) already exists'), {
    code: '23505',
  })
  log.log(
    'error',
    'Could not sign up',
    failure,
    { email: 'alice@example.com' },
    'alice@example.com',
  )
  expect(lines).toEqual([
    {
      level: 50,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      msg: 'Could not sign up',
      failure: { name: 'Error', code: '23505', at: expect.any(Array) },
    },
  ])
  expect(JSON.stringify(lines)).not.toContain('alice')
})

it('leaves out the address that a message names', () => {
  const lines: Line[] = []
  const log = createLogger('info', keep(lines))
  log.log('info', 'Sign-up attempt for existing email: alice@example.com')
  expect(lines[0]?.msg).toBe('Sign-up attempt for existing email: (an address)')
})

it.each([
  ['Invalid callbackURL: the reader is asked to call 555-0100', 'Invalid callbackURL: (left out)'],
  ['Invalid origin: https://evil.example\nwith: more', 'Invalid origin: (left out)'],
  [
    "If it's a valid URL, please add https://evil.example to trustedOrigins in your auth config\n",
    "If it's a valid URL, please add it to trustedOrigins in your auth config",
  ],
  [
    "If it's a valid URL, please add a to trustedOrigins b to trustedOrigins in your auth config\n",
    "If it's a valid URL, please add it to trustedOrigins in your auth config",
  ],
])('leaves out what a stranger sent along: %s', (message, written) => {
  expect(write(message)).toBe(written)
})

it.each([
  ['without an address', 'x'.repeat(5_000_000)],
  ['in words', 'xy '.repeat(2_000_000)],
  ['of addresses', 'a@b '.repeat(1_000_000)],
  ['that begins as a known one', `Invalid ${'x'.repeat(5_000_000)}`],
  ['that ends in an address', `${'x '.repeat(140)}alice.${'x'.repeat(100)}@example.com`],
])('writes the beginning of a long message, whole words only: %s', (_, message) => {
  const written = write(message)
  expect(written.length).toBeLessThanOrEqual(1000)
  expect(written).toMatch(/^(|(Invalid|x|xy|\(an address\))( (x|xy|\(an address\)))*) …$/)
})

function write(message: string): string {
  const lines: Line[] = []
  createLogger('info', keep(lines)).log('error', message)
  return String(lines[0]?.msg)
}

it('writes what its level lets through', () => {
  const lines: Line[] = []
  for (const level of ['debug', 'warn', 'silent'] as const) {
    const log = createLogger(level, keep(lines))
    log.log('info', `told at ${level}`)
    log.log('error', `failed at ${level}`)
  }
  expect(lines.map(({ msg }) => msg)).toEqual([
    'told at debug',
    'failed at debug',
    'failed at warn',
  ])
})

it.each([
  ['trace', false, 'debug'],
  ['info', false, 'info'],
  ['fatal', false, 'error'],
  ['silent', true, 'error'],
] as const)('at level %s', (level, disabled, expected) => {
  expect(createLogger(level)).toMatchObject({ disabled, level: expected })
})

it('listens to standard output once, however many logs there are', () => {
  createLogger('silent')
  const before = process.stdout.listenerCount('error')
  for (let count = 0; count < 20; count += 1) createLogger('silent')
  expect(process.stdout.listenerCount('error')).toBe(before)
})
