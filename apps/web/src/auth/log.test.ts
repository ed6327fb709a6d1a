import { expect, it } from 'vitest'
import { createLogger } from './log.js'

it('writes messages and the names and codes of errors, and nothing they carry', () => {
  const lines: Readonly<Record<string, unknown>>[] = []
  const log = createLogger('info', (line) => lines.push(line))
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
      level: 'error',
      time: expect.any(String),
      app: 'web',
      message: 'Could not sign up',
      errors: ['Error 23505'],
    },
  ])
})

it('leaves out the address that a message names', () => {
  const lines: Readonly<Record<string, unknown>>[] = []
  const log = createLogger('info', (line) => lines.push(line))
  log.log('info', 'Sign-up attempt for existing email: alice@example.com')
  expect(lines[0]?.message).toBe('Sign-up attempt for existing email: (an address)')
})

it('writes what its level lets through', () => {
  const lines: unknown[] = []
  for (const level of ['debug', 'warn', 'silent'] as const) {
    const log = createLogger(level, ({ message }) => lines.push(message))
    log.log('info', `told at ${level}`)
    log.log('error', `failed at ${level}`)
  }
  expect(lines).toEqual(['told at debug', 'failed at debug', 'failed at warn'])
})

it.each([
  ['trace', false, 'debug'],
  ['info', false, 'info'],
  ['fatal', false, 'error'],
  ['silent', true, 'error'],
] as const)('at level %s', (level, disabled, expected) => {
  expect(createLogger(level)).toMatchObject({ disabled, level: expected })
})
