/** The only parser of the Authorization header (RFC 6750 §2.1). */
import { AuthError } from './errors.js'

declare const token: unique symbol

/** The text of a bearer credential: found, not yet verified. */
export type Token = string & { readonly [token]: true }

/** Headers of a Node request. `rawHeaders` is the list Node keeps of what was really sent. */
export interface NodeRequest {
  readonly rawHeaders: readonly string[]
  readonly url?: string | undefined
}

/** Where a credential may be read from: a Fetch Request or Headers, or a Node request. */
export type CredentialSource = Request | Headers | NodeRequest

const bearerCredential = /^bearer(?: +([^ ].*)?)?$/i

/**
 * Reads the bearer token of a request. Tokens in a query, form or cookie are not looked at.
 *
 * @throws AuthError `request_malformed` when there are two Authorization headers, or a token in the query beside
 * the one in the header; `token_missing` when there is no Bearer credential; `token_malformed` when what follows
 * "Bearer" is not separated from it by a space.
 */
export function readBearerToken(source: CredentialSource): Token {
  const value = readAuthorization(source)
  if (value === undefined) throw new AuthError('token_missing', { hint: toPreflightHint(source) })
  const text = readCredential(value)
  if (hasTokenInQuery(source)) throw new AuthError('request_malformed')
  // This function is where a string becomes a Token: it is exactly what followed the scheme.
  return text as Token
}

/** What follows the scheme. */
function readCredential(value: string): string {
  // As nearly everybody writes it.
  if (value.startsWith('Bearer ') && value.length > 7 && value[7] !== ' ') return value.slice(7)
  const match = bearerCredential.exec(value)
  if (match === null) {
    // Node lets a tab or a stray byte through behind the scheme: meant as Bearer, but not one.
    throw new AuthError(/^bearer[^\w-]/i.test(value) ? 'token_malformed' : 'token_missing')
  }
  if (match[1] === undefined) throw new AuthError('token_missing')
  return match[1]
}

function readAuthorization(source: CredentialSource): string | undefined {
  const value =
    'rawHeaders' in source
      ? findAuthorization(source.rawHeaders)
      : (toHeaders(source).get('authorization') ?? undefined)
  if (value !== undefined && isJoined(value)) throw new AuthError('request_malformed')
  return value
}

function findAuthorization(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length !== 13 || name.toLowerCase() !== 'authorization') continue
    if (found !== undefined) throw new AuthError('request_malformed')
    found = rawHeaders[index + 1]
  }
  return found
}

/**
 * Fetch joins repeated headers with ", ", and RFC 9110 §5.3 lets any proxy do the same. Other schemes have commas
 * between their parameters, so one of the parts must be meant as Bearer.
 */
function isJoined(value: string): boolean {
  return value.includes(', ') && /(?:^|, )bearer\b/i.test(value)
}

/** A preflight never carries a credential (Fetch §3.3.5), so it must be answered before anybody asks for one. */
function toPreflightHint(source: CredentialSource): string | undefined {
  const name = 'access-control-request-method'
  const isPreflight =
    'rawHeaders' in source
      ? source.rawHeaders.some((text, index) => index % 2 === 0 && text.toLowerCase() === name)
      : toHeaders(source).has(name)
  return isPreflight
    ? 'This is a CORS preflight, which never carries a token: put what answers CORS before bearer.'
    : undefined
}

function toHeaders(source: Request | Headers): Headers {
  return 'headers' in source ? source.headers : source
}

function hasTokenInQuery(source: CredentialSource): boolean {
  const url = 'url' in source ? source.url : undefined
  return url !== undefined && /[?&]access_token=/.test(url)
}
