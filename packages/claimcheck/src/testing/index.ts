/** What a test of a protected API needs: an issuer without a server, and a catalogue of hostile requests. */
export type {
  Attempt,
  HostileCase,
  HostileCategory,
  KeySetMeans,
  Needs,
  PublicMeans,
  SigningMeans,
  TokenMeans,
} from './hostile/case.js'
export { hostileCases } from './hostile/catalogue.js'
export { createMeans } from './hostile/means.js'
export type { Refusal } from './hostile/refusals.js'
export {
  type HostileAnswer,
  type HostileResult,
  type HostileRunOptions,
  type ProtectedApi,
  runHostileCases,
  type StartApi,
} from './hostile/run.js'
export type { Misbehaviour } from './misbehaviour.js'
export type { PartContent, Signer } from './signer.js'
export {
  createTestIssuer,
  type SignOptions,
  type TestIssuer,
  type TestIssuerOptions,
} from './test-issuer.js'
