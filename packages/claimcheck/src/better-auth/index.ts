/** The issuer: Better Auth's own jwt() with a safe preset, and the plugin that completes it. */
import { type AuthContext, BetterAuthError, type BetterAuthPlugin } from 'better-auth'
import { type JwtOptions, jwt } from 'better-auth/plugins'
import { type Algorithm, LONGEST_LIFETIME_SECONDS } from '../contract.js'
import { assertExtraClaims, createPayload, type ReadClaim } from './claims.js'
import { toPublishedKeys } from './key-schedule.js'
import { createKeyRing, type KeyRing, type NextKey } from './keys.js'
import { correctFalseRefusals } from './outage.js'
import { schema } from './schema.js'
import { guardToken, setCacheHeaders } from './token-endpoint.js'

export type { ReadClaim, SignedIn } from './claims.js'
export type { NextKey } from './keys.js'

/** A length of time: seconds, or a number with its unit, such as `'15m'` or `'30d'`. */
export type Span = number | `${number}${'s' | 'm' | 'h' | 'd'}`

/** What tokens say and how long they and the keys live. */
export interface ClaimcheckOptions {
  /** The API that tokens are for, compared exactly with the `audience` of its verifier. */
  audience: string
  /** Who issues them, compared exactly with the verifier's `issuer`. Default: the origin of Better Auth's `baseURL`. */
  issuer?: string
  /** The only algorithm that signs. Default: `'EdDSA'` (Ed25519). A key of it is made when there is none. */
  algorithm?: Algorithm
  /** Longest lifetime of a token, at most 24 hours; it also ends with its session. Default: `'15m'`. */
  expiration?: Span
  /** How long one key signs, at least an hour. The next one is published 5 minutes before it signs. Default: `'30d'`. */
  rotation?: Span
  /** Extra claims by name; a token carries nothing of a person but ids unless it is named here. Default: none. */
  claims?: Readonly<Record<string, ReadClaim>>
}

/** The half of {@link claimcheck} that is not Better Auth's jwt(). */
export interface ClaimcheckPlugin extends BetterAuthPlugin {
  id: 'claimcheck'
  schema: typeof schema
  /** The signing keys of one Better Auth instance; behind {@link rotateKeys} and the like. */
  keyRing(adapter: object): KeyRing
}

/** What {@link checkIssuer}, {@link rotateKeys} and {@link revokeKey} need of a Better Auth instance. */
export interface Issuer {
  readonly $context: Promise<{
    readonly adapter: object
    readonly options: { readonly plugins?: readonly { readonly id: string }[] | undefined }
  }>
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * Makes a Better Auth project an issuer of tokens that an API can check by itself. Spread it into `plugins`; it brings
 * Better Auth's jwt(), so leave that out.
 *
 * @example
 * betterAuth({ baseURL, database, plugins: [...claimcheck({ audience: 'https://api.example.com' })] })
 * @throws {TypeError} when an option is missing or out of range.
 */
export function claimcheck(
  options: ClaimcheckOptions,
): [ReturnType<typeof jwt<JwtOptions>>, ClaimcheckPlugin] {
  const { audience, issuer, algorithm = 'EdDSA', claims = {} } = options
  assertText('audience', audience)
  if (issuer !== undefined) assertText('issuer', issuer)
  if (algorithm !== 'EdDSA' && algorithm !== 'RS256') {
    throw new TypeError(`claimcheck: algorithm must be 'EdDSA' or 'RS256'.`)
  }
  assertExtraClaims(claims)
  const expiration = readSpan(
    'expiration',
    options.expiration ?? '15m',
    1,
    LONGEST_LIFETIME_SECONDS,
  )
  const rotation = readSpan('rotation', options.rotation ?? '30d', 3600, 10 * 366 * 86_400)
  const rings = new WeakMap<object, KeyRing>()

  function keyRing(adapter: object): KeyRing {
    const found = rings.get(adapter)
    if (found) return found
    throw new TypeError('claimcheck: this Better Auth was not made with these plugins.')
  }

  const tokens = jwt<JwtOptions>({
    disableSettingJwtHeader: true,
    jwks: { keyPairConfig: { alg: algorithm } },
    jwt: {
      audience,
      ...(issuer !== undefined && { issuer }),
      definePayload: (signedIn) =>
        createPayload(signedIn, expiration, Math.floor(Date.now() / 1000), claims),
    },
    adapter: {
      async getJwks(ctx) {
        // What is published must never lag behind what another process signs with; what signs may.
        const rows = await keyRing(ctx.context.adapter).list({ fresh: ctx.path === '/jwks' })
        return toPublishedKeys(rows, algorithm, Date.now())
      },
    },
  })
  const plugin: ClaimcheckPlugin = {
    id: 'claimcheck',
    schema,
    keyRing,
    init(context) {
      assertIssuer(context, issuer)
      rings.set(
        context.adapter,
        createKeyRing(context, algorithm, rotation * 1000, () => Date.now()),
      )
    },
    hooks: { before: [guardToken()], after: [setCacheHeaders(), correctFalseRefusals()] },
    async onResponse(response) {
      return { response: withholdErrors(response) }
    },
  }
  return [tokens, plugin]
}

/**
 * Proves at start that this issuer can sign: makes the first key, and one of a changed algorithm.
 *
 * @throws {BetterAuthError} with one sentence when the stored keys were encrypted with a secret that is not given.
 */
export async function checkIssuer(auth: Issuer): Promise<void> {
  const keys = await readKeyRing(auth)
  await keys.check()
}

/** Publishes the next signing key now. It signs 5 minutes later; for a key that leaked use {@link revokeKey}. */
export async function rotateKeys(auth: Issuer): Promise<NextKey> {
  const keys = await readKeyRing(auth)
  return keys.rotate()
}

/**
 * Withdraws a signing key at once: it leaves the key set, tokens signed with it are refused as soon as verifiers fetch the
 * set again, and another key signs. Other processes stop using it within 10 seconds.
 *
 * @returns Whether there was such a key.
 */
export async function revokeKey(auth: Issuer, keyId: string): Promise<boolean> {
  const keys = await readKeyRing(auth)
  return keys.revoke(keyId)
}

async function readKeyRing(auth: Issuer): Promise<KeyRing> {
  const { adapter, options } = await auth.$context
  const plugin = options.plugins?.find(isClaimcheck)
  if (plugin) return plugin.keyRing(adapter)
  throw new TypeError('claimcheck: this Better Auth has no claimcheck() among its plugins.')
}

function isClaimcheck(plugin: { readonly id: string }): plugin is ClaimcheckPlugin {
  return plugin.id === 'claimcheck' && 'keyRing' in plugin
}

function assertIssuer(context: AuthContext, issuer: string | undefined): void {
  if (
    issuer === undefined &&
    !(typeof context.options.baseURL === 'string' && context.options.baseURL)
  ) {
    throw new BetterAuthError(
      'claimcheck: tokens need an issuer. Set baseURL of Better Auth to a fixed address, or claimcheck({ issuer }).',
    )
  }
  if (
    context.options.plugins?.some(
      (plugin) => plugin.id === 'jwt' && plugin.options?.adapter === undefined,
    )
  ) {
    throw new BetterAuthError(
      'claimcheck: claimcheck() brings jwt() itself. Take the other jwt() out of plugins.',
    )
  }
}

/** Answers that are not good ones are never worth keeping, and some of them are about one person. */
function withholdErrors(response: Response): Response {
  if (response.ok || response.headers.has('cache-control')) return response
  const headers = new Headers(response.headers)
  headers.set('cache-control', 'no-store')
  const { status, statusText } = response
  return new Response(response.body, { status, statusText, headers })
}

function assertText(name: string, value: unknown): void {
  if (typeof value !== 'string' || value.length === 0 || value !== value.trim()) {
    throw new TypeError(`claimcheck: ${name} must be a text that is not empty.`)
  }
}

function readSpan(name: string, span: Span, least: number, most: number): number {
  const match = /^(\d+)([smhd])$/.exec(String(span))
  const seconds =
    typeof span === 'number'
      ? span
      : match
        ? Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? 0)
        : 0
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
  throw new TypeError(
    `claimcheck: ${name} must be a whole number of seconds or a span such as '15m', from ${least} to ${most} seconds.`,
  )
}
