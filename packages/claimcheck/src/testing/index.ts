/** What a test of a protected API needs: an issuer without a server. */
export type { Misbehaviour } from './misbehaviour.js'
export type { TestFeed } from './test-feed.js'
export {
  createTestIssuer,
  type SignOptions,
  type TestIssuer,
  type TestIssuerOptions,
} from './test-issuer.js'
