/**
 * What a refusal looks like over HTTP. Written out, and not read from the table that the verifier answers by, so
 * that each holds the other to its word.
 */

export interface Refusal {
  readonly status: 400 | 401 | 403 | 503
  readonly code: string
  /**
   * The `error` of the Bearer challenge in `WWW-Authenticate` (RFC 6750 §3.1); `none` for a challenge without an
   * error, null for no challenge at all.
   */
  readonly challenge: 'invalid_request' | 'invalid_token' | 'none' | null
}

const badToken = { status: 401, challenge: 'invalid_token' } as const

export const refusals = {
  requestMalformed: { status: 400, code: 'request_malformed', challenge: 'invalid_request' },
  tokenMissing: { status: 401, code: 'token_missing', challenge: 'none' },
  tokenMalformed: { ...badToken, code: 'token_malformed' },
  algorithmNotAllowed: { ...badToken, code: 'algorithm_not_allowed' },
  keyUnknown: { ...badToken, code: 'key_unknown' },
  signatureInvalid: { ...badToken, code: 'signature_invalid' },
  issuerMismatch: { ...badToken, code: 'issuer_mismatch' },
  audienceMismatch: { ...badToken, code: 'audience_mismatch' },
  tokenExpired: { ...badToken, code: 'token_expired' },
  tokenNotYetValid: { ...badToken, code: 'token_not_yet_valid' },
  delegationNotAllowed: { ...badToken, code: 'delegation_not_allowed' },
  claimInvalid: { ...badToken, code: 'claim_invalid' },
  keysUnavailable: { status: 503, code: 'keys_unavailable', challenge: null },
} as const satisfies Record<string, Refusal>
