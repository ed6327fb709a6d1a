import { describe, expect, it } from 'vitest'
import { AuthError, type AuthErrorCode, authErrors } from './errors.js'

const codes = Object.keys(authErrors) as AuthErrorCode[]

describe('authErrors', () => {
  it('pins every code and its status: clients switch on them', () => {
    expect(Object.fromEntries(codes.map((code) => [code, authErrors[code].status]))).toEqual({
      request_malformed: 400,
      token_missing: 401,
      token_malformed: 401,
      algorithm_not_allowed: 401,
      key_unknown: 401,
      signature_invalid: 401,
      issuer_mismatch: 401,
      audience_mismatch: 401,
      token_expired: 401,
      token_not_yet_valid: 401,
      claim_invalid: 401,
      delegation_not_allowed: 401,
      token_revoked: 401,
      not_owner: 403,
      keys_unavailable: 503,
      revocations_stale: 503,
    })
  })

  it.each(codes)('describe %s in sentences that a header can carry', (code) => {
    const { title, detail, hint } = authErrors[code]
    expect(title).toMatch(/^[A-Z][a-z ]+$/)
    // RFC 6750 §3 leaves out the quotation mark and the backslash.
    expect(detail).toMatch(/^[A-Z][\x20-\x21\x23-\x5b\x5d-\x7e]*\.$/)
    expect(hint).toMatch(/\.$/)
  })
})

describe('AuthError', () => {
  it.each(codes)('of %s has its status, and a time to come back for 503 alone', (code) => {
    const error = new AuthError(code)
    const { status, detail, hint } = authErrors[code]
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'AuthError', code, status, hint, message: detail })
    expect(error.retryAfter).toBe(status === 503 ? 1 : undefined)
  })

  it('keeps its cause, and has none where none was given', () => {
    const cause = new Error('underneath')
    expect(new AuthError('keys_unavailable', { cause }).cause).toBe(cause)
    expect('cause' in new AuthError('keys_unavailable')).toBe(false)
  })

  it('takes the seconds after which to come back, and only where coming back helps', () => {
    expect(new AuthError('keys_unavailable', { retryAfter: 30 }).retryAfter).toBe(30)
    expect(new AuthError('token_expired', { retryAfter: 30 }).retryAfter).toBeUndefined()
  })
})
