/** Tokens that bring the key they want to be verified with, or say where it is (RFC 7515 §4.1.2 to §4.1.8). */
import { defineCases } from './case.js'
import { readPublishedKey } from './forge.js'
import { refusals } from './refusals.js'

const category = 'key injection'
const expected = refusals.tokenMalformed

const attackers = defineCases({ category, needs: 'nothing', expected, source: 'CVE-2018-0114' }, [
  {
    id: 'key-injection-jwk',
    says: "The attacker's own key in the header, under the issuer's key id.",
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, jwk: attacker.publicJwk }),
  },
  {
    id: 'key-injection-jwk-own-kid',
    says: "The attacker's own key in the header, under the attacker's key id.",
    hostile: ({ attacker, claims }) => attacker.sign(claims, { jwk: attacker.publicJwk }),
  },
  {
    id: 'key-injection-jwk-without-kid',
    says: "The attacker's own key in the header, and no key id.",
    hostile: ({ attacker, claims }) =>
      attacker.sign(claims, { kid: undefined, jwk: attacker.publicJwk }),
  },
  {
    id: 'key-injection-jwk-private',
    says: "The attacker's private key in the header.",
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, jwk: attacker.privateJwk }),
  },
  {
    id: 'key-injection-jku',
    says: "The address of the attacker's key set.",
    source: 'RFC 8725 §3.10',
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, jku: 'https://attacker.test/jwks' }),
  },
  {
    id: 'key-injection-jku-inside',
    says: 'The address of something inside the network of the API.',
    source: 'RFC 8725 §3.10, CWE-918',
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, jku: 'http://169.254.169.254/latest/meta-data' }),
  },
  {
    id: 'key-injection-jku-lookalike',
    says: "The address of the attacker's key set, written to begin like the issuer's.",
    source: 'RFC 8725 §3.10',
    hostile: ({ attacker, claims, issuer, keyId }) =>
      attacker.sign(claims, { kid: keyId, jku: `${issuer}@attacker.test/jwks` }),
  },
  {
    id: 'key-injection-x5u',
    says: "The address of the attacker's certificate.",
    source: 'RFC 8725 §3.10',
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, x5u: 'https://attacker.test/cert.pem' }),
  },
  {
    id: 'key-injection-x5c',
    says: "The attacker's certificate.",
    source: 'RFC 7515 §4.1.6',
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, x5c: ['MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'] }),
  },
  {
    id: 'key-injection-other-spelling',
    says: "The attacker's own key under a parameter in upper case, which nothing may read.",
    expected: refusals.signatureInvalid,
    source: 'RFC 7515 §4',
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, JWK: attacker.publicJwk }),
  },
  {
    id: 'key-injection-in-claims',
    says: "The attacker's own key among the claims.",
    expected: refusals.signatureInvalid,
    source: 'RFC 7515 §4.1.3',
    hostile: ({ attacker, claims, keyId }) =>
      attacker.sign({ ...claims, jwk: attacker.publicJwk }, { kid: keyId }),
  },
])

const signed = defineCases(
  {
    category,
    needs: 'the signing key',
    expected,
    source: 'RFC 7515 §4.1',
    neighbour: ({ sign }) => sign({}, { note: 'ignored' }),
  },
  [
    {
      id: 'key-injection-own-jwk',
      says: "The issuer's own public key in the header.",
      hostile: (means) => means.sign({}, { jwk: readPublishedKey(means) }),
    },
    {
      id: 'key-injection-jwk-null',
      says: 'A key in the header that is null.',
      hostile: ({ sign }) => sign({}, { jwk: null }),
    },
    {
      id: 'key-injection-own-jku',
      says: "The issuer's own address for its keys.",
      hostile: ({ sign, issuer }) => sign({}, { jku: `${issuer}/api/auth/jwks` }),
    },
    {
      id: 'key-injection-x5u-signed',
      says: 'An address of a certificate, signed by the issuer.',
      hostile: ({ sign, issuer }) => sign({}, { x5u: `${issuer}/cert.pem` }),
    },
    {
      id: 'key-injection-x5c-empty',
      says: 'An empty list of certificates.',
      hostile: ({ sign }) => sign({}, { x5c: [] }),
    },
    {
      id: 'key-injection-x5t',
      says: 'A short digest of a certificate.',
      hostile: ({ sign }) => sign({}, { x5t: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    },
    {
      id: 'key-injection-x5t-s256',
      says: 'A digest of a certificate.',
      hostile: ({ sign }) =>
        sign({}, { 'x5t#S256': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }),
    },
  ],
)

export const keyInjectionCases = [...attackers, ...signed]
