/** Tokens of another kind, good in every other way. `typ` is compared exactly (RFC 8725 §3.11, §3.12). */
import { type Draft, defineCases } from './case.js'
import { refusals } from './refusals.js'

const needs = 'the signing key'
const expected = refusals.tokenMalformed

const otherKinds = [
  ['dpop+jwt', 'a proof of possession', 'RFC 9449 §4.2'],
  ['logout+jwt', 'a logout token', 'OpenID Connect Back-Channel Logout 1.0 §2.4'],
  ['secevent+jwt', 'a security event', 'RFC 8417 §2.3'],
  ['oauth-authz-req+jwt', 'a request for authorization', 'RFC 9101 §10.8'],
  ['token-introspection+jwt', 'an answer about a token', 'RFC 9701 §5'],
  [
    'client-authentication+jwt',
    'a proof of who the client is',
    'IETF RFC 7523 revision, draft-ietf-oauth-rfc7523bis',
  ],
  ['entity-statement+jwt', 'a statement of a federation', 'OpenID Federation 1.0 §3'],
  ['kb+jwt', 'a key binding', 'RFC 9901 §4.3'],
  ['dc+sd-jwt', 'a credential with selective disclosure', 'RFC 9901'],
  ['vc+jwt', 'a verifiable credential', 'W3C Securing Verifiable Credentials using JOSE and COSE'],
  ['passport', 'a passport of a phone call', 'RFC 8225 §4.1'],
  ['statuslist+jwt', 'a list of states', 'IETF Token Status List, draft-ietf-oauth-status-list'],
  ['revocations+jwt', 'a list of ended sessions', 'RFC 8725 §3.11'],
  ['JWE', 'an encrypted token', 'RFC 8725 §3.11'],
  ['JOSE', 'any signed object', 'RFC 7515 §4.1.9'],
  ['JOSE+JSON', 'a signed object as JSON', 'RFC 7515 §4.1.9'],
] as const

const kinds = defineCases(
  {
    category: 'typ',
    needs,
    expected,
    source: 'RFC 8725 §3.11',
    neighbour: ({ sign }) => sign({}, { typ: 'JWT' }),
  },
  otherKinds.map(
    ([typ, kind, source]): Draft<typeof needs> => ({
      id: `typ-${typ.toLowerCase().replace('+', '-')}`,
      says: `A token that says it is ${kind}.`,
      source,
      hostile: ({ sign }) => sign({}, { typ }),
    }),
  ),
)

const spellings = defineCases(
  {
    category: 'typ',
    needs,
    expected,
    source: 'RFC 9068 §2.1',
    neighbour: ({ sign }) => sign({}, { typ: 'JWT' }),
  },
  [
    ['typ-upper-case', 'The access token type in upper case.', 'AT+JWT'],
    ['typ-lower-case', 'The type JWT in lower case.', 'jwt'],
    ['typ-media-type', 'The access token type with its prefix.', 'application/at+jwt'],
    ['typ-media-type-jwt', 'The type JWT with its prefix.', 'application/jwt'],
    ['typ-space', 'A space behind the type.', 'JWT '],
    ['typ-empty', 'A type without a name.', ''],
    ['typ-null', 'The type null.', null],
    ['typ-number', 'A number for the type.', 0],
    ['typ-array', 'The right type in an array.', ['JWT']],
    ['typ-object', 'An object for the type.', {}],
  ].map(
    ([id, says, typ]): Draft<typeof needs> => ({
      id: String(id),
      says: String(says),
      hostile: ({ sign }) => sign({}, { typ }),
    }),
  ),
)

export const typCases = [...kinds, ...spellings]
