import { describe, expect, it } from 'vitest'
import { toFailure } from '../failure.js'
import { isUnavailable } from './unavailable.js'

const withCode = (code: string) => Object.assign(new Error('x'), { code })

describe('a failure of the database', () => {
  it.each([
    '08006',
    '08P01',
    '53300',
    '53400',
    '57P01',
    '57P03',
    '57014',
    '25P03',
    '25006',
    '40001',
    '40P01',
    '55P03',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ETIMEDOUT',
    'EPIPE',
  ])('means "not now" for %s', (code) => {
    expect(isUnavailable(withCode(code))).toBe(true)
  })

  it.each(['42501', '23505', '22P02', '42P01', '28P01', '3D000', '25P02', 'XX000', 'ENOEXEC'])(
    'means a fault for %s',
    (code) => {
      expect(isUnavailable(withCode(code))).toBe(false)
    },
  )

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('knows what the driver says without a code: %s', (message) => {
    expect(isUnavailable(new Error(message))).toBe(true)
  })

  it('looks into several attempts to connect, and at nothing that is no error', () => {
    expect(isUnavailable(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true)
    expect(isUnavailable(new AggregateError([withCode('42501')]))).toBe(false)
    for (const other of [undefined, 'ECONNREFUSED', { code: '57P01' }, new TypeError('x')]) {
      expect(isUnavailable(other)).toBe(false)
    }
  })
})

describe('what a log says about an error', () => {
  it('is its kind, its code and its place, down to the causes, and never its message', () => {
    const cause = Object.assign(new TypeError('secret\n    at secret:1:1'), {
      code: '23505',
      detail: 'secret',
    })
    const failure = toFailure(new Error('secret', { cause }))
    expect(failure).toMatchObject({ name: 'Error', cause: { name: 'TypeError', code: '23505' } })
    expect(failure.at[0]).toMatch(/unavailable\.test\.ts:\d+:\d+/)
    expect(JSON.stringify(failure)).not.toContain('secret')
  })

  it('ends where causes go round in a circle', () => {
    const error = new Error('round')
    error.cause = error
    expect(JSON.stringify(toFailure(error)).match(/"name"/g)).toHaveLength(4)
  })

  it('names the type of what is no error', () => {
    expect(toFailure('secret')).toEqual({ name: 'string', at: [] })
  })
})
