/** The options of the issuer, and their one check, at construction. */
import { type Algorithm, LONGEST_LIFETIME_SECONDS } from '../contract.js'
import { assertKnownOptions, assertText } from '../option-checks.js'
import { assertExtraClaims, type ReadClaim } from './claims.js'

/** A length of time: seconds, or a number with its unit, such as `'15m'` or `'30d'`. */
export type Span = number | `${number}${'s' | 'm' | 'h' | 'd'}`

/** What tokens say, and how long they and the keys live. */
export interface ClaimcheckOptions {
  /**
   * The API that tokens are for, compared exactly with the `audience` of its verifier; or several, of which each token
   * is for one: the first, unless `/token?audience=…` asks for another.
   */
  audience: string | readonly string[]
  /**
   * Who issues them, compared exactly with the verifier's `issuer`. Default: the origin of Better
   * Auth's `baseURL`.
   */
  issuer?: string
  /** The only algorithm that signs; a key of it is made when there is none. Default: `'EdDSA'`. */
  algorithm?: Algorithm
  /**
   * Longest lifetime of a token, at most 24 hours; it ends with its session too. Default: `'15m'`.
   */
  expiration?: Span
  /**
   * How long one key signs, at least an hour. The next one is published 5 minutes before it signs.
   * Default: `'30d'`.
   */
  rotation?: Span
  /** Extra claims by name. Default: none, so that a token carries nothing of a person but ids. */
  claims?: Readonly<Record<string, ReadClaim>>
}

/** Options that have been checked and completed; times in seconds. */
export interface CheckedOptions {
  /** At least one; the first is the default. */
  readonly audiences: Audiences
  readonly issuer: string | null
  readonly algorithm: Algorithm
  readonly expiration: number
  readonly rotation: number
  readonly claims: Readonly<Record<string, ReadClaim>>
}

export type Audiences = readonly [first: string, ...others: string[]]

const names = Object.keys({
  audience: true,
  issuer: true,
  algorithm: true,
  expiration: true,
  rotation: true,
  claims: true,
} satisfies Record<keyof ClaimcheckOptions, true>)

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }
const SHORTEST_ROTATION = 3600
const LONGEST_ROTATION = 10 * 366 * 86_400

/** @throws TypeError that says which option is wrong, and what was expected */
export function readOptions(options: ClaimcheckOptions): CheckedOptions {
  assertKnownOptions(options, names)
  const { audience, issuer, algorithm = 'EdDSA', claims = {} } = options
  const { expiration = '15m', rotation = '30d' } = options
  if (issuer !== undefined) assertText('issuer', issuer, 'verifier')
  if (algorithm !== 'EdDSA' && algorithm !== 'RS256') {
    throw new TypeError("algorithm: expected 'EdDSA' or 'RS256'")
  }
  assertExtraClaims(claims)
  return {
    audiences: readAudiences(audience),
    issuer: issuer ?? null,
    algorithm,
    expiration: readSpan('expiration', expiration, 1, LONGEST_LIFETIME_SECONDS),
    rotation: readSpan('rotation', rotation, SHORTEST_ROTATION, LONGEST_ROTATION),
    claims: { ...claims },
  }
}

function readAudiences(audience: string | readonly string[]): Audiences {
  if (!Array.isArray(audience)) {
    assertText('audience', audience, 'verifier')
    return [audience as string] // assertText threw for anything else
  }
  const [first, ...others] = audience
  if (first === undefined) throw new TypeError('audience: expected at least one in the array')
  for (const [index, each] of audience.entries()) {
    assertText(`audience[${index}]`, each, 'verifier')
    if (audience.indexOf(each) < index) throw new TypeError('audience: expected each one once')
  }
  return [first, ...others]
}

function readSpan(name: string, span: Span, least: number, most: number): number {
  const [, count, unit = ''] = /^(\d+)([smhd])$/.exec(String(span)) ?? []
  const seconds = typeof span === 'number' ? span : Number(count) * (unitSeconds[unit] ?? 0)
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
  throw new TypeError(
    `${name}: expected whole seconds, or a span such as '15m', from ${least} to ${most} seconds`,
  )
}
