/** What a test of a protected API needs: an issuer without a server. */
export {
  createTestIssuer,
  type Misbehaviour,
  type SignOptions,
  type TestIssuer,
  type TestIssuerOptions,
} from './test-issuer.js'
