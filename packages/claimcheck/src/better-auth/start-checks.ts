/** What a Better Auth project must have before it can issue tokens that can be taken back. */
import { type AuthContext, BetterAuthError, type BetterAuthPlugin } from 'better-auth'
import { LONGEST_LIFETIME_SECONDS } from '../contract.js'

/**
 * Refuses a Better Auth that this library was not made for: with 1.6, for one, tokens are issued but the feed is not
 * signed as what it is, and nothing would ever be revoked.
 *
 * @throws BetterAuthError with one sentence that says what to change
 */
export function assertSupported(version: string | undefined): void {
  if (/^1\.7\.\d+/.test(version ?? '')) return
  throw new BetterAuthError(
    `claimcheck: expected Better Auth 1.7, but this is ${version ?? 'one that does not tell its version'}. Install better-auth@^1.7.0 below 1.8.`,
  )
}

/** What is no reason to stop, but should be known: one sentence each. */
export function readWarnings({ advanced }: AuthContext['options']): string[] {
  const isSerial =
    advanced?.database?.generateId === 'serial' ||
    Reflect.get(advanced?.database ?? {}, 'useNumberId') === true
  if (!isSerial) return []
  return [
    'claimcheck: session ids are serial numbers. The feed of ended sessions is public, and whoever counts through ' +
      "the ids learns which sessions have ended. Set advanced.database.generateId of Better Auth to 'uuid'.",
  ]
}

/** @throws BetterAuthError with one sentence that says what to change */
export function assertReady(context: AuthContext, issuer: string | null): void {
  const { baseURL, plugins, database, secondaryStorage, session } = context.options
  if (issuer === null && !(typeof baseURL === 'string' && baseURL)) {
    throw new BetterAuthError(
      'claimcheck: tokens need an issuer. Set baseURL of Better Auth to a fixed address, or claimcheck({ issuer }).',
    )
  }
  if ((plugins ?? []).filter(({ id }) => id === 'jwt').length > 1) {
    throw new BetterAuthError(
      'claimcheck: claimcheck() brings jwt() itself. Take the other jwt() out of plugins.',
    )
  }
  if (!database || (secondaryStorage && !session?.storeSessionInDatabase)) {
    throw new BetterAuthError(
      'claimcheck: sessions that are in no database end without a trace, and their tokens would live on. ' +
        'Set session.storeSessionInDatabase of Better Auth, or give it a database.',
    )
  }
}

/** The access tokens of Better Auth's oauth-provider live an hour unless it is told otherwise, in seconds. */
const DEFAULT_DELEGATED = 3600

/**
 * The longest lifetime of any token that this issuer signs, in seconds: its own, and those that the plugin
 * oauth-provider signs with the same keys for other people's programs.
 */
export function readLongestLifetime(
  plugins: readonly BetterAuthPlugin[],
  expiration: number,
): number {
  const provider = plugins.find(({ id }) => id === 'oauth-provider')
  if (!provider) return expiration
  const { accessTokenExpiresIn, m2mAccessTokenExpiresIn } = { ...provider.options }
  const lifetimes = [accessTokenExpiresIn, m2mAccessTokenExpiresIn].map((seconds: unknown) =>
    typeof seconds === 'number' && seconds > 0 ? seconds : DEFAULT_DELEGATED,
  )
  return Math.min(LONGEST_LIFETIME_SECONDS, Math.max(expiration, ...lifetimes))
}
