/** Tokens that do not say, in so many words, whose they are (RFC 7519 §4.1.2, RFC 9068 §2.2). */
import { type Draft, defineCases } from './case.js'
import { refusals } from './refusals.js'

const category = 'subject and session'
const needs = 'the signing key'
const expected = refusals.claimInvalid

/** Values that are no id, each with one of the same kind that is. */
const notIds: readonly (readonly [id: string, says: string, value: unknown, neighbour?: string])[] =
  [
    ['null', 'is null', null],
    ['number', 'is a number', 42, '42'],
    ['zero', 'is the number 0', 0, '0'],
    ['true', 'is the value true', true, 'true'],
    ['array', 'is in an array, which joins to the same string', ['ada']],
    ['object', 'is an object', { id: 'ada' }],
    ['empty', 'is empty', ''],
    ['long', 'has 256 characters', 'a'.repeat(256), 'a'.repeat(255)],
    [
      'long-astral',
      'has 256 characters of two units',
      '\u{1f511}'.repeat(256),
      '\u{1f511}'.repeat(255),
    ],
    ['line-break', 'has a line break in it', 'ada\nroot', 'ada root'],
    ['carriage-return', 'has a carriage return behind it', 'ada\r', 'ada.'],
    ['zero-byte', 'has a zero byte behind it', 'ada\0', 'ada0'],
    ['escape', 'has an escape sequence in it', '\x1b[2Jada', '[2Jada'],
    ['delete', 'has the character that deletes behind it', 'ada\x7f', 'ada~'],
    ['next-line', 'has a control character above the first 128', 'ada\x85', 'ada\xa1'],
    ['surrogate', 'is half a surrogate pair', '\ud800', '\u{10000}'],
    [
      'surrogates-swapped',
      'has a surrogate pair the wrong way round',
      'ada\udc00\ud800',
      'ada\u{10000}',
    ],
  ]

const ids = defineCases(
  { category, needs, expected, source: 'RFC 7519 §4.1.2' },
  (['sub', 'sid'] as const).flatMap((name) =>
    notIds.map(
      ([id, says, value, neighbour = 'ada']): Draft<typeof needs> => ({
        id: `${name}-${id}`,
        says: `${name} ${says}.`,
        hostile: ({ sign }) => sign({ [name]: value }),
        neighbour: ({ sign }) => sign({ [name]: neighbour }),
      }),
    ),
  ),
)

const elsewhere = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 9068 §2.2',
    neighbour: ({ sign, subject }) => sign({ sub: subject, email: 'ada@example.com' }),
  },
  [
    {
      id: 'sub-missing',
      says: 'The token names no person.',
      hostile: ({ sign }) => sign({ sub: undefined }),
    },
    {
      id: 'sub-email',
      says: 'The person is named by an address only, which can pass to somebody else.',
      source: 'OpenID Connect Core 1.0 §5.7',
      hostile: ({ sign }) => sign({ sub: undefined, email: 'ada@example.com' }),
    },
    {
      id: 'sub-other-name',
      says: 'The person is named by claims of other names.',
      hostile: ({ sign, subject }) =>
        sign({ sub: undefined, id: subject, userId: subject, user_id: subject, uid: subject }),
    },
    {
      id: 'sub-upper-case',
      says: 'The person is named by a claim in upper case.',
      hostile: ({ sign, subject }) => sign({ sub: undefined, SUB: subject }),
    },
    {
      id: 'sub-in-header',
      says: 'The person is named in the header only.',
      source: 'RFC 7519 §5.3',
      hostile: ({ sign, subject }) => sign({ sub: undefined }, { sub: subject }),
    },
    {
      id: 'sub-in-act',
      says: 'The person is named as somebody who acts for another only.',
      source: 'RFC 8693 §4.1',
      hostile: ({ sign, subject }) => sign({ sub: undefined, act: { sub: subject } }),
    },
  ],
)

export const subjectAndSessionCases = [...ids, ...elsewhere]
