/** Header parameters that change how a token must be read (RFC 7515 §4.1.11, RFC 7797, RFC 7516 §4.1.3). */
import { defineCases } from './case.js'
import { refusals } from './refusals.js'

const category = 'critical'
const needs = 'the signing key'
const expected = refusals.tokenMalformed

const critical = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 7515 §4.1.11, CVE-2025-59420',
    neighbour: ({ sign }) => sign({}, { bound: true }),
  },
  [
    {
      id: 'critical-unknown',
      says: 'An extension that must be understood, and is not.',
      hostile: ({ sign }) => sign({}, { crit: ['bound'], bound: true }),
    },
    {
      id: 'critical-absent',
      says: 'An extension that must be understood, and is not there.',
      hostile: ({ sign }) => sign({}, { crit: ['bound'] }),
    },
    {
      id: 'critical-known',
      says: 'A claim named as an extension.',
      hostile: ({ sign, now }) => sign({}, { crit: ['exp'], exp: now + 900 }),
    },
    {
      id: 'critical-registered',
      says: 'A parameter of the standard named as an extension.',
      hostile: ({ sign }) => sign({}, { crit: ['alg'] }),
    },
    {
      id: 'critical-empty',
      says: 'An empty list of extensions.',
      hostile: ({ sign }) => sign({}, { crit: [] }),
    },
    {
      id: 'critical-string',
      says: 'A list of extensions that is a string.',
      hostile: ({ sign }) => sign({}, { crit: 'bound', bound: true }),
    },
    {
      id: 'critical-null',
      says: 'A list of extensions that is null.',
      hostile: ({ sign }) => sign({}, { crit: null }),
    },
    {
      id: 'critical-twice',
      says: 'The same extension twice.',
      hostile: ({ sign }) => sign({}, { crit: ['bound', 'bound'], bound: true }),
    },
  ],
)

const encodings = defineCases(
  {
    category,
    needs,
    expected,
    source: 'RFC 7797 §7',
    neighbour: ({ sign }) => sign(),
  },
  [
    {
      id: 'critical-b64-false',
      says: 'A payload that is said not to be encoded.',
      hostile: ({ sign }) => sign({}, { b64: false }),
    },
    {
      id: 'critical-b64-false-crit',
      says: 'A payload that is said not to be encoded, as an extension.',
      hostile: ({ sign }) => sign({}, { b64: false, crit: ['b64'] }),
    },
    {
      id: 'critical-b64-true',
      says: 'A payload that is said to be encoded.',
      hostile: ({ sign }) => sign({}, { b64: true, crit: ['b64'] }),
    },
    {
      id: 'critical-zip',
      says: 'A payload that is said to be compressed.',
      source: 'RFC 7516 §4.1.3',
      hostile: ({ sign }) => sign({}, { zip: 'DEF' }),
    },
    {
      id: 'critical-zip-bomb',
      says: 'A payload that grows a hundredfold when it is expanded.',
      source: 'CVE-2024-28176',
      hostile: async ({ header, signText }) =>
        signText(JSON.stringify({ ...header, zip: 'DEF' }), await compress('0'.repeat(500_000))),
    },
    {
      id: 'critical-enc',
      says: 'A payload that is said to be encrypted.',
      source: 'RFC 7516 §4.1.2',
      hostile: ({ sign }) => sign({}, { enc: 'A256GCM' }),
    },
    {
      id: 'critical-cty-jwt',
      says: 'A payload that is said to be another token.',
      source: 'RFC 7519 §5.2',
      hostile: ({ sign }) => sign({}, { cty: 'JWT' }),
    },
    {
      id: 'critical-cty-json',
      says: 'A payload of a type of its own.',
      source: 'RFC 7519 §5.2',
      hostile: ({ sign }) => sign({}, { cty: 'application/json' }),
    },
  ],
)

export const criticalCases = [...critical, ...encodings]

async function compress(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
