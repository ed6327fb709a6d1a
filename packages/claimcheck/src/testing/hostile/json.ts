/** Headers and payloads that two JSON parsers may read differently. Each is signed by the issuer, to the letter. */
import { defineCases, type SigningMeans } from './case.js'
import { deepCases } from './json-depth.js'
import { refusals } from './refusals.js'

const category = 'json'
const needs = 'the signing key'
const expected = refusals.tokenMalformed

/** The same text with the extra members left out. */
function neighbour({ sign }: SigningMeans) {
  return sign()
}

const duplicates = defineCases(
  { category, needs, expected, neighbour, source: 'RFC 7519 §4, RFC 7493 §2.3' },
  [
    {
      id: 'json-duplicate-sub',
      says: 'Two subjects, the second one the good one.',
      hostile: (means) => withPayload(means, (text) => `{"sub":"eve",${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-sub-last',
      says: 'Two subjects, the first one the good one.',
      hostile: (means) => withPayload(means, (text) => `${text.slice(0, -1)},"sub":"eve"}`),
    },
    {
      id: 'json-duplicate-same',
      says: 'The same subject twice.',
      hostile: (means) =>
        withPayload(means, (text) => `{"sub":${JSON.stringify(means.subject)},${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-escaped',
      says: 'Two subjects, one of them spelt with an escape.',
      hostile: (means) => withPayload(means, (text) => `{"s\\u0075b":"eve",${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-exp',
      says: 'Two times of expiry.',
      hostile: (means) => withPayload(means, (text) => `{"exp":9999999999,${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-aud',
      says: 'Two audiences as two members.',
      hostile: (means) =>
        withPayload(means, (text) => `{"aud":"https://other.test",${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-nested',
      says: 'A member twice in an object inside a claim.',
      hostile: (means) =>
        withPayload(means, (text) => `{"team":{"role":"guest","role":"owner"},${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-in-array',
      says: 'A member twice in an object inside an array.',
      hostile: (means) =>
        withPayload(means, (text) => `{"teams":[1,{"id":1,"id":2}],${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-alg',
      says: 'Two algorithms, the first one "none".',
      source: 'RFC 7515 §5.2',
      hostile: (means) => withHeader(means, (text) => `{"alg":"none",${text.slice(1)}`),
    },
    {
      id: 'json-duplicate-kid',
      says: 'Two key ids.',
      source: 'RFC 7515 §5.2',
      hostile: (means) => withHeader(means, (text) => `{"kid":"other",${text.slice(1)}`),
    },
  ],
)

const looseJson = defineCases({ category, needs, expected, neighbour, source: 'RFC 8259 §2' }, [
  {
    id: 'json-trailing-text',
    says: 'Text behind the claims.',
    hostile: (means) => withPayload(means, (text) => `${text}x`),
  },
  {
    id: 'json-two-objects',
    says: 'A second object behind the claims.',
    hostile: (means) => withPayload(means, (text) => `${text}{"sub":"eve"}`),
  },
  {
    id: 'json-trailing-comma',
    says: 'A comma behind the last claim.',
    hostile: (means) => withPayload(means, (text) => `${text.slice(0, -1)},}`),
  },
  {
    id: 'json-comment',
    says: 'A comment between the claims.',
    hostile: (means) => withPayload(means, (text) => `{/* hello */${text.slice(1)}`),
  },
  {
    id: 'json-single-quotes',
    says: 'Single quotes for double ones.',
    hostile: (means) => withPayload(means, (text) => text.replaceAll('"', "'")),
  },
  {
    id: 'json-nan',
    says: 'A number that JSON does not have.',
    hostile: (means) => withPayload(means, (text) => `{"nbf":NaN,${text.slice(1)}`),
  },
  {
    id: 'json-control-character',
    says: 'A line break inside a string, not escaped.',
    hostile: (means) => withPayload(means, (text) => `{"note":"a\nb",${text.slice(1)}`),
  },
  {
    id: 'json-zero-byte',
    says: 'A zero byte behind the claims, where some parsers stop.',
    hostile: (means) => withPayload(means, (text) => `${text}\0`),
  },
  {
    id: 'json-byte-order-mark',
    says: 'A byte order mark before the claims.',
    source: 'RFC 8259 §8.1',
    hostile: (means) => withPayload(means, (text) => `\ufeff${text}`),
  },
  {
    id: 'json-byte-order-mark-header',
    says: 'A byte order mark before the header.',
    source: 'RFC 8259 §8.1',
    hostile: (means) => withHeader(means, (text) => `\ufeff${text}`),
  },
])

const wrongBytes = defineCases({ category, needs, expected, neighbour, source: 'RFC 3629 §3' }, [
  {
    id: 'json-utf-8-invalid',
    says: 'A byte in a claim that UTF-8 does not have.',
    hostile: (means) => withBytes(means, [0xff]),
  },
  {
    id: 'json-utf-8-overlong',
    says: 'A letter in a claim in more bytes than it needs.',
    source: 'RFC 3629 §10',
    hostile: (means) => withBytes(means, [0xc1, 0xa1]),
  },
  {
    id: 'json-utf-8-surrogate',
    says: 'Half a surrogate pair in a claim, as three bytes.',
    hostile: (means) => withBytes(means, [0xed, 0xa0, 0x80]),
  },
  {
    id: 'json-utf-8-truncated',
    says: 'A character in a claim that is cut short.',
    hostile: (means) => withBytes(means, [0xe2, 0x82]),
  },
  {
    id: 'json-utf-16',
    says: 'Claims in UTF-16.',
    source: 'RFC 8725 §3.7, RFC 8259 §8.1',
    hostile: ({ header, claims, signText }) =>
      signText(JSON.stringify(header), toUtf16(JSON.stringify(claims))),
  },
  {
    id: 'json-utf-16-header',
    says: 'A header in UTF-16.',
    source: 'RFC 7515 §2, RFC 8259 §8.1',
    hostile: ({ header, claims, signText }) =>
      signText(toUtf16(JSON.stringify(header)), JSON.stringify(claims)),
  },
])

const prototypes = defineCases({ category, needs, expected, neighbour, source: 'CWE-1321' }, [
  {
    id: 'json-prototype-sub',
    says: 'A subject that is only in "__proto__".',
    expected: refusals.claimInvalid,
    hostile: ({ header, claims, signText }) => {
      const { sub, ...rest } = claims
      const payload = JSON.stringify(rest).replace('{', `{"__proto__":{"sub":"${sub}"},`)
      return signText(JSON.stringify(header), payload)
    },
  },
  {
    id: 'json-prototype-exp',
    says: 'A time of expiry that is only in "__proto__".',
    expected: refusals.claimInvalid,
    hostile: ({ header, claims, signText }) => {
      const { exp, ...rest } = claims
      const payload = JSON.stringify(rest).replace('{', `{"__proto__":{"exp":${exp}},`)
      return signText(JSON.stringify(header), payload)
    },
  },
  {
    id: 'json-prototype-kid',
    says: 'A key id that is only in "__proto__".',
    hostile: ({ header, claims, signText }) => {
      const { kid, ...rest } = header
      const text = JSON.stringify(rest).replace('{', `{"__proto__":{"kid":"${kid}"},`)
      return signText(text, JSON.stringify(claims))
    },
  },
])

export const jsonCases = [...deepCases, ...duplicates, ...looseJson, ...wrongBytes, ...prototypes]

function withPayload({ header, claims, signText }: SigningMeans, change: (text: string) => string) {
  return signText(JSON.stringify(header), change(JSON.stringify(claims)))
}

function withHeader({ header, claims, signText }: SigningMeans, change: (text: string) => string) {
  return signText(change(JSON.stringify(header)), JSON.stringify(claims))
}

/** Puts bytes into a claim that a string could not hold. */
function withBytes({ header, claims, signText }: SigningMeans, bytes: readonly number[]) {
  const [before = '', after = ''] = JSON.stringify({ ...claims, note: '|' }).split('|')
  const encoder = new TextEncoder()
  const payload = [...encoder.encode(before), ...bytes, ...encoder.encode(after)]
  return signText(JSON.stringify(header), new Uint8Array(payload))
}

function toUtf16(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer)
}
