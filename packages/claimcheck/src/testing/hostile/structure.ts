/** Texts that are not three parts, or whose parts are not what a signed JWT is made of. */
import { defineCases, type SigningMeans } from './case.js'
import { assemble, changePart, signWithSecret } from './forge.js'
import { refusals } from './refusals.js'

const category = 'structure'
const expected = refusals.tokenMalformed

const notTokens = defineCases({ category, needs: 'nothing', expected, source: 'RFC 7515 §7.1' }, [
  {
    id: 'structure-undefined',
    says: 'The word "undefined", which a client sends whose token call failed unnoticed.',
    hostile: () => 'undefined',
  },
  { id: 'structure-null', says: 'The word "null".', hostile: () => 'null' },
  {
    id: 'structure-object',
    says: 'An object that was turned into a string.',
    hostile: () => '[object Object]',
  },
  {
    id: 'structure-opaque',
    says: 'An opaque session token, which is a credential for the issuer only.',
    hostile: () => 'q8Yb2LxW0nHvR5sTd7JmKc4ZpA1eGfUi',
  },
  { id: 'structure-dots', says: 'Two dots with nothing around them.', hostile: () => '..' },
  {
    id: 'structure-many-dots',
    says: 'Thousands of dots, which cost memory where they are split.',
    source: 'CVE-2025-30204',
    hostile: () => '.'.repeat(8_000),
  },
  {
    id: 'structure-json-flattened',
    says: 'The JSON serialization of a signed token.',
    source: 'RFC 7515 §7.2.2, RFC 7519 §1',
    hostile: ({ header, claims }) => {
      const [protectedHeader, payload, signature] = assemble(header, claims).split('.')
      return JSON.stringify({ protected: protectedHeader, payload, signature })
    },
  },
  {
    id: 'structure-plain-json',
    says: 'The claims as plain JSON.',
    hostile: ({ claims }) => JSON.stringify(claims),
  },
  {
    id: 'structure-encrypted',
    says: 'Five parts, as an encrypted token has them.',
    source: 'RFC 7516 §7.1',
    hostile: ({ header }) =>
      `${assemble({ ...header, alg: 'dir', enc: 'A256GCM' }, '', new Uint8Array(12))}.AAAA.AAAA`,
  },
  {
    id: 'structure-another-format',
    says: 'A token of another format with dots in it.',
    hostile: () => `v4.public.${'A'.repeat(120)}`,
  },
])

const tornTokens = defineCases(
  { category, needs: 'a good token', expected, source: 'RFC 7515 §7.1' },
  [
    {
      id: 'structure-one-part',
      says: 'The header alone.',
      hostile: ({ token }) => token.slice(0, token.indexOf('.')),
    },
    {
      id: 'structure-two-parts',
      says: 'A token whose signature is cut off together with its dot.',
      hostile: ({ token }) => token.slice(0, token.lastIndexOf('.')),
    },
    {
      id: 'structure-empty-signature',
      says: 'A token whose signature is empty.',
      expected: refusals.signatureInvalid,
      source: 'CVE-2020-28042',
      hostile: ({ token }) => changePart(token, 'signature', () => ''),
    },
    {
      id: 'structure-empty-header',
      says: 'A token without its header.',
      hostile: ({ token }) => changePart(token, 'header', () => ''),
    },
    {
      id: 'structure-detached',
      says: 'A token without its payload, as if that came separately.',
      source: 'RFC 7515 appendix F',
      hostile: ({ token }) => changePart(token, 'payload', () => ''),
    },
    {
      id: 'structure-four-parts',
      says: 'A token with a fourth part.',
      hostile: ({ token }) => `${token}.e30`,
    },
    {
      id: 'structure-trailing-dot',
      says: 'A token with a dot behind it.',
      hostile: ({ token }) => `${token}.`,
    },
    {
      id: 'structure-leading-dot',
      says: 'A token with a dot before it.',
      hostile: ({ token }) => `.${token}`,
    },
    {
      id: 'structure-twice',
      says: 'A token twice in a row.',
      hostile: ({ token }) => `${token}${token}`,
    },
    {
      id: 'structure-forged-and-good',
      says: 'A forged token with the parts of a good one behind it.',
      source: 'RFC 7516 §9',
      hostile: async (means) => `${await signWithSecret(means, 'secret')}.${means.token}`,
    },
    {
      id: 'structure-swapped',
      says: 'A token whose header and payload have changed places.',
      hostile: ({ token }) => {
        const [header, payload, signature] = token.split('.')
        return [payload, header, signature].join('.')
      },
    },
  ],
)

const nonsensePayloads = [
  ['text', 'plain text', 'hello'],
  ['string', 'a JSON string', '"sub"'],
  ['number', 'a JSON number', '1'],
  ['null', 'the JSON value null', 'null'],
  ['true', 'the JSON value true', 'true'],
  ['array', 'an empty JSON array', '[]'],
  ['truncated', 'an object that never ends', '{"sub":"ada"'],
] as const

const signedPayloads = defineCases(
  { category, needs: 'the signing key', expected, source: 'RFC 7519 §7.2' },
  [
    ...nonsensePayloads.map(([id, says, payload]) => ({
      id: `structure-payload-${id}`,
      says: `A signed payload that is ${says} instead of a claims set.`,
      hostile: (means: SigningMeans) => means.signText(JSON.stringify(means.header), payload),
    })),
    {
      id: 'structure-payload-claims-in-array',
      says: 'A signed payload that holds good claims in an array.',
      hostile: ({ header, claims, signText }) =>
        signText(JSON.stringify(header), JSON.stringify([claims])),
    },
    {
      id: 'structure-payload-token',
      says: 'A signed payload that is itself a good token.',
      source: 'RFC 7519 §5.2',
      hostile: ({ header, token, signText }) => signText(JSON.stringify(header), token),
    },
  ],
)

const signedHeaders = defineCases(
  { category, needs: 'the signing key', expected, source: 'RFC 7515 §5.2' },
  [
    {
      id: 'structure-header-array',
      says: 'A signed header that holds good parameters in an array.',
      hostile: ({ header, claims, signText }) =>
        signText(JSON.stringify([header]), JSON.stringify(claims)),
    },
    {
      id: 'structure-header-string',
      says: 'A signed header that is a JSON string.',
      hostile: ({ header, claims, signText }) =>
        signText(JSON.stringify(JSON.stringify(header)), JSON.stringify(claims)),
    },
    {
      id: 'structure-header-null',
      says: 'A signed header that is the JSON value null.',
      hostile: ({ claims, signText }) => signText('null', JSON.stringify(claims)),
    },
    {
      id: 'structure-header-empty',
      says: 'A signed header without any parameter.',
      source: 'RFC 7515 §4.1.1',
      hostile: ({ claims, signText }) => signText('{}', JSON.stringify(claims)),
    },
  ],
)

export const structureCases = [...notTokens, ...tornTokens, ...signedPayloads, ...signedHeaders]
