/** Good tokens of somebody else, or for somebody else. Both names are compared exactly (RFC 8725 §3.8, §3.9). */
import { type Draft, defineCases, type SigningMeans } from './case.js'
import { refusals } from './refusals.js'

const needs = 'the signing key'

/** Each makes another name out of a right one. */
const nearlyTheSame: readonly (readonly [
  id: string,
  says: string,
  change: (name: string) => unknown,
])[] = [
  ['missing', 'is missing', () => undefined],
  ['null', 'is null', () => null],
  ['empty', 'is empty', () => ''],
  ['number', 'is a number', () => 1],
  ['true', 'is the value true', () => true],
  ['object', 'is an object that holds it', (name) => ({ 0: name, length: 1 })],
  ['nested', 'is in an array in an array', (name) => [[name]]],
  ['other', 'is another', () => 'https://other.test'],
  ['slash', 'has a slash behind it', (name) => `${name}/`],
  ['upper-case', 'is in upper case', (name) => name.toUpperCase()],
  ['scheme', 'has another scheme', (name) => name.replace(/^\w+:/, 'ftp:')],
  ['port', 'has a port', (name) => `${name}:8443`],
  ['prefix', 'is cut short', (name) => name.slice(0, -1)],
  ['suffix', 'goes on', (name) => `${name}.attacker.test`],
  ['user', 'is only what a browser takes for a user name', (name) => `${name}@attacker.test`],
  ['path', 'is only the end of an address', (name) => `https://attacker.test/${name}`],
  ['space', 'has a space behind it', (name) => `${name} `],
  ['line-break', 'has a line break and another name behind it', (name) => `${name}\nx`],
  ['zero-byte', 'has a zero byte behind it', (name) => `${name}\0`],
  ['homoglyph', 'has a letter of another alphabet', (name) => name.replace('t', '\u0442')],
  ['invisible', 'has a character that is not to be seen', (name) => `${name}\u200b`],
  ['list', 'is one of two in a string', (name) => `${name} https://other.test`],
  ['comma-list', 'is one of two in a string, with a comma', (name) => `${name},https://other.test`],
  ['pattern', 'is a pattern that matches all', () => '.*'],
]

const issuers = defineCases(
  {
    category: 'issuer',
    needs,
    expected: refusals.issuerMismatch,
    source: 'RFC 8725 §3.8, CVE-2024-53861',
    neighbour: ({ sign, issuer }) => sign({ iss: issuer }),
  },
  [
    ...nearlyTheSame.map(
      ([id, says, change]): Draft<typeof needs> => ({
        id: `issuer-${id}`,
        says: `The issuer ${says}.`,
        hostile: ({ sign, issuer }) => sign({ iss: change(issuer) }),
      }),
    ),
    {
      id: 'issuer-array',
      says: 'The issuer is one of two in an array.',
      source: 'CVE-2025-30144',
      hostile: ({ sign, issuer }) => sign({ iss: ['https://attacker.test', issuer] }),
    },
    {
      id: 'issuer-array-alone',
      says: 'The issuer is in an array, which joins to the same string.',
      source: 'CVE-2025-30144',
      hostile: ({ sign, issuer }) => sign({ iss: [issuer] }),
    },
    {
      id: 'issuer-in-header',
      says: 'The issuer is in the header only.',
      source: 'RFC 7519 §5.3',
      hostile: ({ sign, issuer }) => sign({ iss: undefined }, { iss: issuer }),
    },
  ],
)

function amongOthers({ sign, audience }: SigningMeans) {
  return sign({ aud: ['https://other.test', audience] })
}

const audiences = defineCases(
  {
    category: 'audience',
    needs,
    expected: refusals.audienceMismatch,
    source: 'RFC 7519 §4.1.3, RFC 8725 §3.9',
    neighbour: ({ sign, audience }) => sign({ aud: audience }),
  },
  [
    ...nearlyTheSame.map(
      ([id, says, change]): Draft<typeof needs> => ({
        id: `audience-${id}`,
        says: `The audience ${says}.`,
        hostile: ({ sign, audience }) => sign({ aud: change(audience) }),
      }),
    ),
    {
      id: 'audience-issuer',
      says: 'The audience is the issuer, as where an app made tokens for itself.',
      hostile: ({ sign, issuer }) => sign({ aud: issuer }),
    },
    {
      id: 'audience-array-empty',
      says: 'The audience is an empty array.',
      hostile: ({ sign }) => sign({ aud: [] }),
      neighbour: amongOthers,
    },
    {
      id: 'audience-array-others',
      says: 'The audience is an array of others.',
      hostile: ({ sign }) => sign({ aud: ['https://other.test', 'https://third.test'] }),
      neighbour: amongOthers,
    },
    {
      id: 'audience-array-nearly',
      says: 'The audience is an array of names that only begin or end like it.',
      hostile: ({ sign, audience }) => sign({ aud: [`${audience}/`, audience.slice(0, -1)] }),
      neighbour: amongOthers,
    },
    {
      id: 'audience-array-number',
      says: 'The audience is an array with a number in it.',
      hostile: ({ sign, audience }) => sign({ aud: [audience, 1] }),
      neighbour: amongOthers,
    },
    {
      id: 'audience-array-null',
      says: 'The audience is an array with null in it.',
      hostile: ({ sign, audience }) => sign({ aud: [null, audience] }),
      neighbour: amongOthers,
    },
    {
      id: 'audience-client-id',
      says: 'The audience is under the name of the client only.',
      hostile: ({ sign, audience }) => sign({ aud: undefined, azp: audience, client_id: audience }),
    },
  ],
)

export const issuerAndAudienceCases = [...issuers, ...audiences]
