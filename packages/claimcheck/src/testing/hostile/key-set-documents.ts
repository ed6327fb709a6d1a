/** Answers of the key set endpoint that are no key set. The API cannot tell then, and has to say that it cannot. */
import { type Draft, defineCases, type KeySetMeans } from './case.js'
import { refusals } from './refusals.js'

const category = 'key set: documents'
const needs = 'the key set'
const expected = refusals.keysUnavailable

/** Answers to every request for the key set; each has the good keys in it, where it has room for them. */
const answers: readonly (readonly [
  id: string,
  says: string,
  answer: (keys: string) => Response | Promise<Response>,
  source?: string,
])[] = [
  ['500', 'an internal error', (keys) => new Response(keys, { status: 500 })],
  ['502', 'a page of a gateway', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
  ['404', 'nothing there', (keys) => new Response(keys, { status: 404 })],
  ['401', 'a demand to sign in', (keys) => new Response(keys, { status: 401 })],
  ['429', 'a demand to come back later', (keys) => new Response(keys, { status: 429 })],
  ['203', 'something changed on the way', (keys) => new Response(keys, { status: 203 })],
  ['204', 'nothing, successfully', () => new Response(null, { status: 204 })],
  ['304', 'nothing new, without having been asked', () => new Response(null, { status: 304 })],
  ['redirect', 'another place to ask', () => toRedirect(302), 'CWE-601, CWE-918'],
  ['redirect-for-good', 'another place to ask for good', () => toRedirect(308), 'CWE-601, CWE-918'],
  ['refused', 'no connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['hang', 'silence', () => new Promise<Response>(() => {})],
  ['body-hangs', 'a body that never ends', () => toEndless(0), 'CWE-400'],
  ['body-endless', 'a body that goes on for ever', () => toEndless(4_096), 'CWE-400'],
  ['huge', 'a good key set behind 64 KiB of spaces', toHuge, 'CWE-770'],
  ['many-keys', 'a good key set with 40 keys in it', toMany, 'CWE-770'],
  ['empty', 'an empty body', () => new Response('')],
  ['html', 'a page', () => new Response('<!doctype html><title>Sign in</title>')],
  ['truncated', 'a key set cut short', (keys) => new Response(keys.slice(0, -2))],
  ['invalid-utf-8', 'bytes that are not UTF-8', (keys) => toBytes(keys, 0xff)],
  ['zero-byte', 'a key set with a zero byte behind it', (keys) => new Response(`${keys}\0`)],
  ['null', 'the JSON value null', () => new Response('null')],
  ['array', 'the keys without a set around them', (keys) => Response.json(JSON.parse(keys).keys)],
  ['one-key', 'one key without a set around it', (keys) => Response.json(JSON.parse(keys).keys[0])],
  ['string', 'a key set in a string', (keys) => Response.json(keys)],
  ['keys-missing', 'an object without keys', () => Response.json({})],
  ['keys-null', 'keys that are null', () => Response.json({ keys: null })],
  [
    'keys-object',
    'keys by name',
    (keys) => Response.json({ keys: { 0: JSON.parse(keys).keys[0] } }),
  ],
  ['keys-empty', 'no keys', () => Response.json({ keys: [] })],
  ['keys-nonsense', 'keys that are none', () => Response.json({ keys: [null, 1, 'key', [], {}] })],
]

const unreadable = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 7517 §5',
    neighbour: (means) => serve(means, (keys) => new Response(keys)),
  },
  answers.map(
    ([id, says, answer, source]): Draft<typeof needs> => ({
      id: `key-set-${id}`,
      says: `The key set endpoint answers with ${says}.`,
      ...(source !== undefined && { source }),
      hostile: (means) => serve(means, answer),
    }),
  ),
)

const stored = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 9111 §5.1',
    neighbour: (means) => serve(means, toStored),
  },
  [
    {
      id: 'key-set-stored',
      says: 'The key set comes from a cache, and may be older than the key that is missing in it.',
      hostile: async (means) => {
        await serve(means, toStored)
        return means.attacker.sign(means.claims)
      },
    },
  ],
)

export const keySetDocumentCases = [...unreadable, ...stored]

/** Lets the endpoint answer so, and asks for entry with a good token. */
function serve(
  { jwks, publish, token }: KeySetMeans,
  answer: (keys: string) => Response | Promise<Response>,
): string {
  const keys = JSON.stringify(jwks)
  publish(() => answer(keys))
  return token
}

function toStored(keys: string): Response {
  return new Response(keys, { headers: { Age: '30' } })
}

function toRedirect(status: 302 | 308): Response {
  return new Response(null, { status, headers: { Location: 'https://attacker.test/jwks' } })
}

function toHuge(keys: string): Response {
  return new Response(' '.repeat(64 * 1024) + keys)
}

function toMany(keys: string): Response {
  const [key] = JSON.parse(keys).keys
  return Response.json({
    keys: Array.from({ length: 40 }, (_, index) =>
      index === 0 ? key : { ...key, kid: `${index}` },
    ),
  })
}

function toBytes(keys: string, byte: number): Response {
  return new Response(new Uint8Array([...new TextEncoder().encode(keys), byte]))
}

/** A body that never ends: so many bytes at a time, or none. */
function toEndless(size: number): Response {
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        if (size === 0) return new Promise<void>(() => {})
        controller.enqueue(new Uint8Array(size).fill(32))
      },
    }),
  )
}
