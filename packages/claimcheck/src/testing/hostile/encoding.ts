/** Other spellings of a good token: what a lenient decoder reads alike is not the text that was signed. */
import { defineCases, type SigningMeans } from './case.js'
import { changePart, type PartName } from './forge.js'
import { refusals } from './refusals.js'

const category = 'encoding'
const expected = refusals.tokenMalformed

const partNames: readonly PartName[] = ['header', 'payload', 'signature']

const padded = defineCases(
  { category, needs: 'a good token', expected, source: 'RFC 7515 §2' },
  partNames.flatMap((name) => [
    {
      id: `encoding-padding-${name}`,
      says: `Padding behind the ${name}.`,
      hostile: ({ token }) =>
        changePart(token, name, (text) => text + '='.repeat(4 - (text.length % 4))),
    },
    {
      id: `encoding-dangling-${name}`,
      says: `A last character in the ${name} that holds less than a byte.`,
      source: 'RFC 4648 §4',
      hostile: ({ token }) =>
        changePart(token, name, (text) => text + 'A'.repeat((5 - (text.length % 4)) % 4 || 4)),
    },
    {
      id: `encoding-ignored-${name}`,
      says: `A character in the ${name} that is not of the alphabet, and that some decoders skip.`,
      source: 'RFC 4648 §3.3',
      hostile: ({ token }) => changePart(token, name, (text) => insertInside(text, '!')),
    },
  ]),
)

const strayCharacters = defineCases(
  { category, needs: 'a good token', expected, source: 'RFC 4648 §3.3' },
  [
    {
      id: 'encoding-space',
      says: 'A space inside the payload.',
      hostile: ({ token }) => changePart(token, 'payload', (text) => insertInside(text, ' ')),
    },
    {
      id: 'encoding-tab',
      says: 'A tab inside the signature.',
      hostile: ({ token }) => changePart(token, 'signature', (text) => insertInside(text, '\t')),
    },
    {
      id: 'encoding-percent',
      says: 'Dots written as in an address.',
      hostile: ({ token }) => token.replaceAll('.', '%2E'),
    },
    {
      id: 'encoding-quotes',
      says: 'Quotation marks around it.',
      hostile: ({ token }) => `"${token}"`,
    },
    {
      id: 'encoding-brackets',
      says: 'Angle brackets around it.',
      hostile: ({ token }) => `<${token}>`,
    },
    {
      id: 'encoding-semicolon',
      says: 'A semicolon behind it.',
      hostile: ({ token }) => `${token};`,
    },
    { id: 'encoding-comma', says: 'A comma behind it.', hostile: ({ token }) => `${token},` },
    {
      id: 'encoding-tilde',
      says: 'A tilde behind it, as a token with selective disclosure has one.',
      source: 'RFC 9901 §4',
      hostile: ({ token }) => `${token}~`,
    },
    {
      id: 'encoding-latin-1',
      says: 'An accented letter inside the payload.',
      hostile: ({ token }) => changePart(token, 'payload', (text) => insertInside(text, '\xe9')),
    },
    {
      id: 'encoding-no-break-space',
      says: 'A no-break space behind it, which some consider white space to be trimmed.',
      source: 'RFC 9110 §5.5',
      hostile: ({ token }) => `${token}\xa0`,
    },
    {
      id: 'encoding-soft-hyphen',
      says: 'A soft hyphen, which is not to be seen, inside the header.',
      hostile: ({ token }) => changePart(token, 'header', (text) => insertInside(text, '\xad')),
    },
    {
      id: 'encoding-zero-width',
      says: 'A zero width space, as the bytes of UTF-8, behind it.',
      hostile: ({ token }) => `${token}\xe2\x80\x8b`,
    },
    {
      id: 'encoding-byte-order-mark',
      says: 'A byte order mark, as the bytes of UTF-8, before it.',
      hostile: ({ token }) => `\xef\xbb\xbf${token}`,
    },
    {
      id: 'encoding-full-width-dot',
      says: 'A full-width dot, as the bytes of UTF-8, for the first dot.',
      hostile: ({ token }) => token.replace('.', '\xef\xbc\x8e'),
    },
  ],
)

const otherSpellings = defineCases(
  { category, needs: 'the signing key', expected, source: 'RFC 4648 §3.5' },
  [
    ...partNames.map((name) => ({
      id: `encoding-spare-bits-${name}`,
      says: `Bits set at the end of the ${name} that decoding drops.`,
      hostile: async (means: SigningMeans) => {
        const token = await signUntil(means, (text) => hasSpareBits(readPart(text, name)))
        return changePart(token, name, setSpareBits)
      },
      neighbour: (means: SigningMeans) =>
        signUntil(means, (text) => hasSpareBits(readPart(text, name))),
    })),
    {
      id: 'encoding-standard-alphabet',
      says: 'A signature in base64 instead of base64url.',
      source: 'RFC 4648 §5',
      hostile: async (means) => {
        const token = await signUntil(means, hasUrlCharacter)
        return changePart(token, 'signature', (text) =>
          text.replaceAll('-', '+').replaceAll('_', '/'),
        )
      },
      neighbour: (means) => signUntil(means, hasUrlCharacter),
    },
  ],
)

export const encodingCases = [...padded, ...strayCharacters, ...otherSpellings]

/** Signs tokens that differ in their id (and so in length) until one has the wanted text. */
async function signUntil(
  { sign }: SigningMeans,
  isWanted: (token: string) => boolean,
): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const filler = 'x'.repeat(attempt)
    const token = await sign({ jti: `token-${filler}` }, { filler })
    if (isWanted(token)) return token
  }
}

function readPart(token: string, name: PartName): string {
  return token.split('.')[partNames.indexOf(name)] ?? ''
}

function hasUrlCharacter(token: string): boolean {
  return /[-_]/.test(readPart(token, 'signature'))
}

function hasSpareBits(text: string): boolean {
  return text.length % 4 > 1
}

/** The lowest bit of the last character is a spare one whenever there are any: the next character of the alphabet. */
function setSpareBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) | 1)
}

function insertInside(text: string, character: string): string {
  const middle = Math.floor(text.length / 2)
  return text.slice(0, middle) + character + text.slice(middle)
}
