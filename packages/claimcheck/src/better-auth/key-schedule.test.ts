import { describe, expect, it } from 'vitest'
import {
  isKeyDue,
  type KeyRow,
  listInUse,
  NOTICE_PERIOD,
  nextSlot,
  pickSigner,
  RETIREMENT_PERIOD,
  readStop,
  toPublishedKeys,
} from './key-schedule.js'

const MINUTE = 60_000
const DAY = 86_400_000
const start = Date.UTC(2026, 0, 1)

function row(id: string, age: number, more: Partial<KeyRow> = {}): KeyRow {
  return {
    id,
    publicKey: '{}',
    privateKey: 'x',
    createdAt: new Date(start - age),
    alg: 'EdDSA',
    ...more,
  }
}

describe('pickSigner', () => {
  it.each<[string, KeyRow[], string | undefined]>([
    ['nothing', [], undefined],
    ['the only key, however new', [row('a', 0)], 'a'],
    ['the old key while the next is being announced', [row('a', DAY), row('b', 4 * MINUTE)], 'a'],
    [
      'the next key once it was announced for five minutes',
      [row('a', DAY), row('b', 5 * MINUTE)],
      'b',
    ],
    ['the older of two that were both just made', [row('b', 1), row('a', 2)], 'a'],
    [
      'the next at once when the old one is revoked',
      [row('a', DAY, { privateKey: '' }), row('b', 1)],
      'b',
    ],
    ['no key of another algorithm', [row('a', DAY, { alg: 'RS256' })], undefined],
    ['a key from before algorithms were stored', [row('a', DAY, { alg: null })], 'a'],
    ['the same key in every process when two are equally old', [row('b', DAY), row('a', DAY)], 'b'],
    ['the old key when another clock is ahead', [row('a', DAY), row('b', -MINUTE)], 'a'],
  ])('the schedule picks %s', (_, rows, id) => {
    expect(pickSigner(rows, 'EdDSA', start)?.id).toBe(id)
    expect(pickSigner(rows.toReversed(), 'EdDSA', start)?.id).toBe(id)
  })
})

describe('isKeyDue', () => {
  it.each<[string, KeyRow[], boolean]>([
    ['there is none', [], true],
    ['there is only one of another algorithm', [row('a', 0, { alg: 'RS256' })], true],
    ['the only one is revoked', [row('a', 0, { privateKey: '' })], true],
    ['the newest has five minutes left', [row('a', 10 * DAY - NOTICE_PERIOD)], true],
    ['the newest has more than five minutes left', [row('a', 10 * DAY - NOTICE_PERIOD - 1)], false],
    ['an old one is past its time and the next is there', [row('a', 20 * DAY), row('b', 0)], false],
  ])('tells whether the next key is due when %s', (_, rows, due) => {
    expect(isKeyDue(rows, 'EdDSA', 10 * DAY, start)).toBe(due)
  })
})

describe('toPublishedKeys', () => {
  it('the key set publishes the signer, the next and the retired, and lets Better Auth sign with the signer only', () => {
    const rows = [row('old', 3 * DAY), row('signer', DAY / 2), row('next', MINUTE)]
    const keys = toPublishedKeys(rows, 'EdDSA', start)
    expect(keys.map(({ id }) => id)).toEqual(['old', 'signer', 'next'])
    const newest = keys.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0]
    expect(newest?.id).toBe('signer')
    expect(keys.every(({ expiresAt }) => expiresAt === undefined)).toBe(true)
  })

  it('the key set publishes a retired key until the last of its tokens has ended', () => {
    const rows = [row('old', 90 * DAY), row('signer', RETIREMENT_PERIOD + NOTICE_PERIOD - 1)]
    expect(toPublishedKeys(rows, 'EdDSA', start).map(({ id }) => id)).toEqual(['old', 'signer'])
    expect(toPublishedKeys(rows, 'EdDSA', start + 1).map(({ id }) => id)).toEqual(['signer'])
  })

  it('the key set publishes no revoked key, and one of an earlier algorithm while its tokens live', () => {
    const rows = [
      row('revoked', DAY, { privateKey: '' }),
      row('earlier', DAY, { alg: 'RS256' }),
      row('signer', MINUTE),
    ]
    expect(toPublishedKeys(rows, 'EdDSA', start).map(({ id }) => id)).toEqual(['earlier', 'signer'])
  })
})

it('knows which keys have to be decrypted: the signer and what comes after it', () => {
  const rows = [
    row('old', 3 * DAY),
    row('signer', DAY),
    row('next', MINUTE),
    row('other', 0, { alg: 'RS256' }),
  ]
  expect(listInUse(rows, 'EdDSA', start).map(({ id }) => id)).toEqual(['signer', 'next'])
})

it('lets a key stop when a newer one was announced, never before', () => {
  const rows = [row('a', DAY), row('b', MINUTE), row('c', 0, { privateKey: '' })]
  expect(readStop(rows, rows[0] as KeyRow)).toBe(start - MINUTE + NOTICE_PERIOD)
  expect(readStop(rows, rows[1] as KeyRow)).toBe(Number.POSITIVE_INFINITY)
})

it('counts places per algorithm and gives none away twice', () => {
  const rows = [
    row('a', 3, { slot: 'EdDSA:1' }),
    row('b', 2, { slot: 'EdDSA:12', privateKey: '' }),
    row('c', 1, { slot: 'RS256:40', alg: 'RS256' }),
    row('d', 0, { slot: null }),
  ]
  expect(nextSlot(rows, 'EdDSA')).toBe('EdDSA:13')
  expect(nextSlot(rows, 'RS256')).toBe('RS256:41')
  expect(nextSlot([], 'EdDSA')).toBe('EdDSA:1')
})
