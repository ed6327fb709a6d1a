/** Tokens that want to choose how they are verified (RFC 8725 §3.1). */
import { type Draft, defineCases, type PublicMeans } from './case.js'
import { assemble, readPublishedKey, signWithSecret, toPem } from './forge.js'
import { refusals } from './refusals.js'

const category = 'alg'
const expected = refusals.algorithmNotAllowed

const unsigned = defineCases(
  { category, needs: 'nothing', expected, source: 'RFC 8725 §2.1' },
  ['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'n\u043ene'].map((alg, index) => ({
    id: `alg-none-${index + 1}`,
    says: `No signature, and the algorithm ${JSON.stringify(alg)}${alg.includes('\u043e') ? ' with a Cyrillic letter' : ''}.`,
    hostile: ({ header, claims }) => assemble({ ...header, alg }, claims),
  })),
)

const withSignatures = defineCases(
  { category, needs: 'nothing', expected, source: 'RFC 8725 §2.1' },
  [
    {
      id: 'alg-none-with-signature',
      says: 'The algorithm "none" with a signature all the same.',
      hostile: ({ header, claims }) =>
        assemble({ ...header, alg: 'none' }, claims, new Uint8Array(64)),
    },
    {
      id: 'alg-empty',
      says: 'An algorithm without a name.',
      hostile: ({ header, claims }) => assemble({ ...header, alg: '' }, claims),
    },
  ],
)

/** What libraries took for the secret when they were handed the issuer's public key. */
const confusions: readonly Draft<'nothing'>[] = [
  {
    id: 'alg-secret-pem',
    says: 'A shared secret that is the public key as PEM.',
    hostile: async (means) => signWithSecret(means, await readPem(means)),
  },
  {
    id: 'alg-secret-pem-trimmed',
    says: 'A shared secret that is the public key as PEM, without its last line break.',
    hostile: async (means) => signWithSecret(means, (await readPem(means)).trimEnd()),
  },
  {
    id: 'alg-secret-pem-384',
    says: 'A shared secret that is the public key as PEM, with a longer hash.',
    hostile: async (means) => signWithSecret(means, await readPem(means), { hash: '384' }),
  },
  {
    id: 'alg-secret-pem-512',
    says: 'A shared secret that is the public key as PEM, with the longest hash.',
    hostile: async (means) => signWithSecret(means, await readPem(means), { hash: '512' }),
  },
  {
    id: 'alg-secret-jwk',
    says: 'A shared secret that is the public key as JSON.',
    hostile: (means) => signWithSecret(means, JSON.stringify(readPublishedKey(means))),
  },
  {
    id: 'alg-secret-material',
    says: 'A shared secret that is the public material in base64url.',
    hostile: (means) => signWithSecret(means, readMaterial(means)),
  },
  {
    id: 'alg-secret-kid',
    says: 'A shared secret that is the key id.',
    hostile: (means) => signWithSecret(means, means.keyId),
  },
]

const secrets = defineCases(
  { category, needs: 'nothing', expected, source: 'CVE-2015-9235, CVE-2016-10555' },
  [
    ...confusions,
    {
      id: 'alg-secret-empty',
      says: 'A shared secret of no length.',
      source: 'RFC 8725 §2.2',
      hostile: (means) => signWithSecret(means, ''),
    },
    {
      id: 'alg-secret-guessed',
      says: 'A shared secret from the front of every word list.',
      source: 'RFC 8725 §2.2',
      hostile: (means) => signWithSecret(means, 'secret'),
    },
  ],
)

const otherAlgorithms = [
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'PS256',
  'PS384',
  'PS512',
  'RS384',
  'RS512',
  'RS1',
  'Ed448',
  'HS256/64',
  'dir',
  'RSA-OAEP',
  'A256KW',
  'PBES2-HS256+A128KW',
  'constructor',
]

const others = defineCases({ category, needs: 'nothing', expected, source: 'RFC 8725 §3.1' }, [
  ...otherAlgorithms.map(
    (alg): Draft<'nothing'> => ({
      id: `alg-${alg.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
      says: `The algorithm ${alg}, which nobody chose.`,
      hostile: ({ attacker, claims, keyId }) => attacker.sign(claims, { kid: keyId, alg }),
    }),
  ),
  {
    id: 'alg-psychic',
    says: 'An elliptic curve signature of nothing but zeros.',
    source: 'CVE-2022-21449',
    hostile: ({ header, claims }) =>
      assemble({ ...header, alg: 'ES256' }, claims, new Uint8Array(64)),
  },
  {
    id: 'alg-switched',
    says: "The other of the two algorithms, which does not fit the issuer's key.",
    hostile: ({ attacker, algorithm, claims, keyId }) =>
      attacker.sign(claims, { kid: keyId, alg: algorithm === 'EdDSA' ? 'RS256' : 'EdDSA' }),
  },
])

const otherNames = defineCases(
  {
    category,
    needs: 'the signing key',
    expected,
    source: 'RFC 7515 §4.1.1',
    neighbour: ({ sign }) => sign(),
  },
  [
    {
      id: 'alg-lower-case',
      says: 'The right algorithm in lower case.',
      hostile: ({ sign, algorithm }) => sign({}, { alg: algorithm.toLowerCase() }),
    },
    {
      id: 'alg-space',
      says: 'The right algorithm with a space behind it.',
      hostile: ({ sign, algorithm }) => sign({}, { alg: `${algorithm} ` }),
    },
    {
      id: 'alg-zero-byte',
      says: 'The right algorithm with a zero byte behind it.',
      hostile: ({ sign, algorithm }) => sign({}, { alg: `${algorithm}\0` }),
    },
    {
      id: 'alg-ed25519',
      says: 'The right algorithm by its newer name, which was not allowed.',
      only: 'EdDSA',
      source: 'RFC 9864 §2.2',
      hostile: ({ sign }) => sign({}, { alg: 'Ed25519' }),
    },
  ],
)

const notNames = defineCases(
  {
    category,
    needs: 'the signing key',
    expected: refusals.tokenMalformed,
    source: 'RFC 7515 §4.1.1',
    neighbour: ({ sign }) => sign(),
  },
  [
    {
      id: 'alg-missing',
      says: 'No algorithm.',
      hostile: ({ sign }) => sign({}, { alg: undefined }),
    },
    { id: 'alg-null', says: 'The algorithm null.', hostile: ({ sign }) => sign({}, { alg: null }) },
    {
      id: 'alg-number',
      says: 'A number for the algorithm.',
      hostile: ({ sign }) => sign({}, { alg: 1 }),
    },
    {
      id: 'alg-array',
      says: 'The right algorithm in an array, which joins to the same string.',
      hostile: ({ sign, algorithm }) => sign({}, { alg: [algorithm] }),
    },
    {
      id: 'alg-object',
      says: 'An object for the algorithm.',
      hostile: ({ sign, algorithm }) => sign({}, { alg: { name: algorithm } }),
    },
    {
      id: 'alg-upper-case-name',
      says: 'The right algorithm under a parameter of another spelling.',
      hostile: ({ sign, algorithm }) => sign({}, { alg: undefined, ALG: algorithm }),
    },
  ],
)

export const algCases = [
  ...unsigned,
  ...withSignatures,
  ...secrets,
  ...others,
  ...otherNames,
  ...notNames,
]

function readPem(means: PublicMeans): Promise<string> {
  return toPem(readPublishedKey(means), means.algorithm)
}

function readMaterial(means: PublicMeans): string {
  const { x, n } = readPublishedKey(means)
  return x ?? n ?? ''
}
