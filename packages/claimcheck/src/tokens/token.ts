/** Reads the text of a token strictly: everything that can be said of it before a key is needed. */
import { base64url } from 'jose'
import { ACCESS_TOKEN_TYPE, LONGEST_KEY_ID, LONGEST_TOKEN } from '../contract.js'
import { AuthError } from '../errors.js'
import { type Note, toKind } from '../trace.js'
import { parseStrictObject } from './strict-json.js'

type JsonObject = Readonly<Record<string, unknown>>

/** A token whose text is well-formed. Nothing in it has been verified. */
export interface ParsedToken {
  /** The whole text. */
  readonly text: string
  readonly claims: JsonObject
  /** The `kid` of the header: present, a string of 1 to 128 characters. */
  readonly keyId: string
  /** The `alg` of the header: a string; whether it is allowed is not decided here. */
  readonly algorithm: string
  /** The `typ` of the header. What it means is decided with the claims, once the signature is known to be good. */
  readonly type: 'JWT' | typeof ACCESS_TOKEN_TYPE | undefined
  /** The three parts as they were sent. */
  readonly parts: readonly [protectedHeader: string, payload: string, signature: string]
}

/** Header parameters that change how a token is read, or bring a key along (RFC 7515 §4.1, RFC 7516 §4.1.2). */
const refusedParameters = [
  'crit',
  'jwk',
  'jku',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'b64',
  'zip',
  'cty',
  'enc',
]

/** A token that says it is of any other type is another kind of token (RFC 8725 §3.11). */
function isAllowedType(typ: unknown): typ is ParsedToken['type'] {
  return typ === undefined || typ === 'JWT' || typ === ACCESS_TOKEN_TYPE
}

/**
 * Parses a compact JWS whose payload is a JSON object (RFC 7515 §7.1, RFC 7519 §7.2, RFC 8725 §3).
 *
 * @param note told of each check as it begins
 * @throws AuthError `token_malformed`
 */
export function parseToken(text: string, note?: Note): ParsedToken {
  note?.('size', toKind(text))
  if (typeof text !== 'string' || text.length > LONGEST_TOKEN) refuse()
  note?.('characters')
  const parts = splitParts(text)
  note?.('encoding')
  if (!parts.every(isCanonicalBase64url)) refuse()
  note?.('header')
  const { header, hasRefused } = readHeader(parts[0])
  note?.('claims')
  const claims = readObject(parts[1])
  note?.('header parameters')
  if (hasRefused) refuse()
  note?.('type', toKind(header.typ))
  const { kid, alg, typ } = header
  if (!isAllowedType(typ)) refuse()
  note?.('key id', toKind(kid))
  if (typeof kid !== 'string' || kid === '' || kid.length > LONGEST_KEY_ID) refuse()
  if (typeof alg !== 'string') refuse()
  return { text, claims, keyId: kid, algorithm: alg, type: typ, parts }
}

function splitParts(text: string): ParsedToken['parts'] {
  const match = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(text)
  // The three groups take part in every match; the fallback only satisfies the types.
  const [, header = '', payload = '', signature = ''] = match ?? refuse()
  return [header, payload, signature]
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** One text for one value: no dangling character, and no bits set that decoding would drop (RFC 4648 §3.5). */
function isCanonicalBase64url(part: string): boolean {
  const rest = part.length % 4
  if (rest === 0) return true
  if (rest === 1) return false
  const last = alphabet.indexOf(part.charAt(part.length - 1))
  return (last & (rest === 2 ? 0b1111 : 0b11)) === 0
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readObject(part: string): JsonObject {
  try {
    return parseStrictObject(utf8.decode(decode(part)))
  } catch (cause) {
    throw new AuthError('token_malformed', { cause })
  }
}

/** Tokens of one key share their header to the letter, so the last one read is kept. */
const readHeader = rememberLast((part) => {
  const header = readObject(part)
  const hasRefused = refusedParameters.some((name) => Object.hasOwn(header, name))
  return { header, hasRefused }
})

function rememberLast<T>(read: (text: string) => T): (text: string) => T {
  let last: { text: string; value: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: read(text) }
    return last.value
  }
}

/** Buffer decodes several times faster where there is one; the text is known to be canonical here. */
function decode(part: string): Uint8Array {
  return typeof Buffer === 'function' ? Buffer.from(part, 'base64url') : base64url.decode(part)
}

function refuse(): never {
  throw new AuthError('token_malformed')
}
