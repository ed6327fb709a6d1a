/** Tokens before their time, after it, or without one (RFC 7519 §4.1.4 to §4.1.6). */
import { type Draft, defineCases } from './case.js'
import { refusals } from './refusals.js'

const category = 'times'
const needs = 'the signing key'
const { claimInvalid, tokenExpired, tokenNotYetValid } = refusals

/** A claim as JSON spells it, where a value of the language could not say it. */
const notTimes: readonly (readonly [id: string, says: string, value: string])[] = [
  ['null', 'null', 'null'],
  ['string', 'a number in quotation marks', '"TIME"'],
  ['date', 'a date', '"2099-01-01T00:00:00Z"'],
  ['empty', 'an empty string', '""'],
  ['true', 'the value true', 'true'],
  ['array', 'a number in an array', '[TIME]'],
  ['object', 'an object', '{"seconds":TIME}'],
  ['infinite', 'a number that is larger than any', '1e999'],
  ['minus-infinite', 'a number that is smaller than any', '-1e999'],
]

const kinds = defineCases(
  { category, needs, expected: claimInvalid, source: 'RFC 7519 §2' },
  (['exp', 'iat', 'nbf'] as const).flatMap((name) =>
    notTimes.map(
      ([id, says, value]): Draft<typeof needs> => ({
        id: `${name}-${id}`,
        says: `${name} is ${says}.`,
        hostile: ({ header, claims, now, signText }) => {
          const time = name === 'exp' ? now + 900 : now
          const text = JSON.stringify({ ...claims, [name]: '|' })
          const payload = text.replace('"|"', value.replace('TIME', String(time)))
          return signText(JSON.stringify(header), payload)
        },
        neighbour: ({ sign, now }) => sign({ [name]: (name === 'exp' ? now + 900 : now) + 0.5 }),
      }),
    ),
  ),
)

const missing = defineCases(
  {
    category,
    needs,
    expected: claimInvalid,
    source: 'RFC 9068 §2.2',
    neighbour: ({ sign }) => sign(),
  },
  [
    {
      id: 'exp-missing',
      says: 'The token never expires, because it does not say when.',
      hostile: ({ sign }) => sign({ exp: undefined }),
    },
    {
      id: 'iat-missing',
      says: 'The token does not say when it was issued.',
      hostile: ({ sign }) => sign({ iat: undefined }),
    },
    {
      id: 'exp-other-name',
      says: 'The expiry is under another name.',
      hostile: ({ sign, now }) => sign({ exp: undefined, expires_at: now + 900, EXP: now + 900 }),
    },
    {
      id: 'exp-in-header',
      says: 'The expiry is in the header only.',
      source: 'RFC 7519 §5.3',
      hostile: ({ sign, now }) => sign({ exp: undefined }, { exp: now + 900 }),
    },
  ],
)

const past = defineCases(
  {
    category,
    needs,
    expected: tokenExpired,
    source: 'RFC 7519 §4.1.4',
    neighbour: ({ sign, now }) => sign({ iat: now - 600, exp: now + 60 }),
  },
  [
    {
      id: 'exp-past-tolerance',
      says: 'The token expired five seconds ago, which is one too many.',
      hostile: ({ sign, now }) => sign({ iat: now - 900, exp: now - 5 }),
    },
    {
      id: 'exp-past-minute',
      says: 'The token expired a minute ago.',
      hostile: ({ sign, now }) => sign({ iat: now - 900, exp: now - 60 }),
    },
    {
      id: 'exp-past-year',
      says: 'The token expired a year ago.',
      hostile: ({ sign, now }) => sign({ iat: now - 31_536_900, exp: now - 31_536_000 }),
    },
    {
      id: 'exp-zero',
      says: 'The token expired in 1970.',
      hostile: ({ sign }) => sign({ iat: 0, exp: 0 }),
    },
    {
      id: 'exp-negative',
      says: 'The token expired before 1970.',
      hostile: ({ sign }) => sign({ iat: -900, exp: -1 }),
    },
    {
      id: 'exp-duration',
      says: 'The token names a lifetime in place of a time.',
      hostile: ({ sign }) => sign({ exp: 900 }),
    },
  ],
)

const future = defineCases(
  {
    category,
    needs,
    expected: tokenNotYetValid,
    source: 'RFC 7519 §4.1.5',
    neighbour: ({ sign, now }) => sign({ nbf: now - 10, iat: now }),
  },
  [
    {
      id: 'nbf-minute',
      says: 'The token is for in a minute.',
      hostile: ({ sign, now }) => sign({ nbf: now + 60 }),
    },
    {
      id: 'nbf-milliseconds',
      says: 'The token is for when seconds will have been milliseconds.',
      hostile: ({ sign, now }) => sign({ nbf: now * 1_000 }),
    },
    {
      id: 'iat-ahead',
      says: 'The token was issued a minute and a half from now.',
      source: 'RFC 7519 §4.1.6',
      hostile: ({ sign, now }) => sign({ iat: now + 90, exp: now + 900 }),
      neighbour: ({ sign, now }) => sign({ iat: now + 30, exp: now + 900 }),
    },
    {
      id: 'iat-milliseconds',
      says: 'The token was issued when seconds will have been milliseconds.',
      source: 'RFC 7519 §4.1.6',
      hostile: ({ sign, now }) => sign({ iat: now * 1_000, exp: now * 1_000 + 900 }),
    },
  ],
)

const longLives = defineCases(
  {
    category,
    needs,
    expected: claimInvalid,
    source: 'RFC 6750 §5.3',
    neighbour: ({ sign, now }) => sign({ iat: now, exp: now + 86_400 }),
  },
  [
    {
      id: 'lifetime-day-and-second',
      says: 'The token lives for a day and a second.',
      hostile: ({ sign, now }) => sign({ iat: now, exp: now + 86_401 }),
    },
    {
      id: 'lifetime-years',
      says: 'The token lives for ten years.',
      hostile: ({ sign, now }) => sign({ iat: now, exp: now + 315_360_000 }),
    },
    {
      id: 'lifetime-milliseconds',
      says: 'The token expires when seconds will have been milliseconds.',
      hostile: ({ sign, now }) => sign({ iat: now, exp: (now + 900) * 1_000 }),
    },
    {
      id: 'lifetime-old',
      says: 'The token was issued in 1970 and is good for now.',
      hostile: ({ sign, now }) => sign({ iat: 0, exp: now + 900 }),
    },
    {
      id: 'lifetime-largest',
      says: 'The token expires at the largest number there is.',
      hostile: ({ sign, now }) => sign({ iat: now, exp: Number.MAX_VALUE }),
    },
  ],
)

export const timeCases = [...kinds, ...missing, ...past, ...future, ...longLives]
