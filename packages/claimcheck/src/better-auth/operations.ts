/** What the people who run an issuer do with it. */
import type { FeedListener } from './feed-listener.js'
import type { NextKey } from './key-ring.js'
import type { ClaimcheckPlugin, RunningIssuer } from './plugin.js'
import { toNotBefore } from './revocation-log.js'

/** A Better Auth instance that has claimcheck() among its plugins. */
export interface Issuer {
  readonly $context: Promise<{
    readonly options: { readonly plugins?: readonly { readonly id: string }[] | undefined }
  }>
}

/**
 * Proves at start that this issuer can sign: makes the first key, and one of a changed algorithm.
 * Warns of session ids that can be guessed.
 *
 * @throws {BetterAuthError} with one sentence when the stored keys were encrypted with a secret
 * that is not given.
 */
export async function checkIssuer(auth: Issuer): Promise<void> {
  const { keys, logger, warnings } = await readIssuer(auth)
  for (const warning of warnings) logger.warn(warning)
  await keys.check()
}

/**
 * Publishes the next signing key now. It signs 5 minutes later, when every verifier has it; for a
 * key that leaked use {@link revokeKey}.
 */
export async function rotateKeys(auth: Issuer): Promise<NextKey> {
  const { keys } = await readIssuer(auth)
  return keys.rotate()
}

/**
 * Withdraws a signing key at once: it leaves the key set, tokens signed with it are refused as soon
 * as verifiers fetch the set again, and another key signs. Other processes stop using it within 10
 * seconds.
 *
 * @returns Whether there was such a key.
 */
export async function revokeKey(auth: Issuer, keyId: string): Promise<boolean> {
  const { keys } = await readIssuer(auth)
  return keys.revoke(keyId)
}

/**
 * The emergency brake: every token issued so far is refused. Nobody is signed out; each browser
 * fetches a new token with its next request.
 *
 * @returns From when on tokens are good: the next whole second plus five, by which the clocks of
 * several issuer processes may differ. Those issued meanwhile are stamped with that time.
 */
export async function revokeAllTokens(auth: Issuer): Promise<Date> {
  const { adapter, log } = await readIssuer(auth)
  const notBefore = toNotBefore(Date.now())
  await log.refuseEarlier(adapter, notBefore)
  return new Date(notBefore * 1000)
}

/**
 * Ends the requests that are held open for news, so that a server that waits for them can stop.
 * Call it when the process is told to end, before the database is closed.
 */
export async function stopIssuer(auth: Issuer): Promise<void> {
  const { feed } = await readIssuer(auth)
  feed.stop()
}

/**
 * Answers the feed on a plain Node.js server, before the framework that runs Better Auth is asked: it would keep for
 * each held request what it makes for one, which is several times what the connection takes. Without it the feed is
 * answered by Better Auth itself, in the same words.
 */
export async function createFeedListener(auth: Issuer): Promise<FeedListener> {
  const { answersFeed } = await readIssuer(auth)
  return answersFeed
}

async function readIssuer(auth: Issuer): Promise<RunningIssuer> {
  const { options } = await auth.$context
  const plugin = options.plugins?.find(isClaimcheck)
  if (plugin) return plugin.getIssuer()
  throw new TypeError('claimcheck: this Better Auth has no claimcheck() among its plugins.')
}

function isClaimcheck(plugin: { readonly id: string }): plugin is ClaimcheckPlugin {
  return plugin.id === 'claimcheck' && 'getIssuer' in plugin
}
