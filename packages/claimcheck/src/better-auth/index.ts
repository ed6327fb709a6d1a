/**
 * Claimcheck for Better Auth: tokens that any API can check by itself, and that end with their
 * session.
 */
export type { ReadClaim, SignedIn } from './claims.js'
export type { FeedListener } from './feed-listener.js'
export type { ClaimcheckOptions, Span } from './issuer-options.js'
export type { NextKey } from './key-ring.js'
export {
  checkIssuer,
  createFeedListener,
  type Issuer,
  revokeAllTokens,
  revokeKey,
  rotateKeys,
  stopIssuer,
} from './operations.js'
export { type ClaimcheckPlugin, claimcheck } from './plugin.js'
