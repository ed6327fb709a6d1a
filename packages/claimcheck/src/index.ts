/** Claimcheck: your own API trusts people who signed in with Better Auth. */
export { assertOwner } from './authorize.js'
export { type CredentialSource, type NodeRequest, readBearerToken, type Token } from './bearer.js'
export { type Algorithm, type Identity, toRevocationEntry } from './contract.js'
export type { DocumentStore } from './documents/store.js'
export {
  AuthError,
  type AuthErrorCode,
  type AuthErrorMeaning,
  type AuthErrorOptions,
  authErrors,
} from './errors.js'
export type { RevocationEvent, RevocationStats } from './feed/revocations.js'
export type { KeyEvent, KeyStats } from './keys/key-source.js'
export type {
  RevocationOptions,
  TrustedIssuer,
  VerifierEvent,
  VerifierOptions,
  VerifierSettings,
} from './options.js'
export {
  type Problem,
  type ProblemAnswer,
  type ProblemOptions,
  toProblem,
  toProblemType,
} from './problem.js'
export type { Explanation, TraceStep } from './trace.js'
export { createVerifier, type Verifier, type VerifierStats } from './verifier.js'
