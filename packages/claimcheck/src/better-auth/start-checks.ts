/** What a Better Auth project must have before it can issue tokens that can be taken back. */
import { type AuthContext, BetterAuthError } from 'better-auth'

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
