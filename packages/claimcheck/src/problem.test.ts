import { describe, expect, it } from 'vitest'
import { AuthError, type AuthErrorCode, authErrors } from './errors.js'
import { toProblem } from './problem.js'

const requestId = 'request-1'
const codes = Object.keys(authErrors) as AuthErrorCode[]

describe('toProblem', () => {
  it.each(codes)('answers %s with a problem document that no cache keeps', (code) => {
    const { status, headers, body } = toProblem(new AuthError(code), { requestId })
    expect(headers['Content-Type']).toBe('application/problem+json')
    expect(headers['Cache-Control']).toBe('no-store')
    expect(body).toEqual({
      type: expect.stringMatching(new RegExp(`/docs/errors\\.md#${code}$`)),
      title: authErrors[code].title,
      status,
      code,
      detail: authErrors[code].detail,
      requestId,
    })
    expect(status).toBe(authErrors[code].status)
  })

  it.each(codes.filter((code) => authErrors[code].status === 401))(
    'challenges with Bearer for %s',
    (code) => {
      const { headers } = toProblem(new AuthError(code), { requestId })
      expect(headers['WWW-Authenticate']).toBe(
        code === 'token_missing'
          ? 'Bearer realm="api"'
          : `Bearer realm="api", error="invalid_token", error_description="${authErrors[code].detail}"`,
      )
    },
  )

  it('names the request as what is wrong for 400', () => {
    const { headers } = toProblem(new AuthError('request_malformed'), { requestId })
    expect(headers['WWW-Authenticate']).toContain('error="invalid_request"')
  })

  it.each(['not_owner', 'keys_unavailable', 'revocations_stale'] as const)(
    'asks for no other credential for %s',
    (code) => {
      const { headers } = toProblem(new AuthError(code), { requestId })
      expect(headers).not.toHaveProperty('WWW-Authenticate')
    },
  )

  it('says when to come back in whole seconds, for 503 alone', () => {
    const away = toProblem(new AuthError('keys_unavailable', { retryAfter: 1.2 }), { requestId })
    expect(away.headers['Retry-After']).toBe('2')
    const { headers } = toProblem(new AuthError('token_expired'), { requestId })
    expect(headers).not.toHaveProperty('Retry-After')
  })

  it('gives the hint only where it is asked for', () => {
    const error = new AuthError('audience_mismatch')
    expect(toProblem(error, { requestId }).body).not.toHaveProperty('hint')
    expect(toProblem(error, { requestId, hints: true }).body.hint).toBe(error.hint)
  })

  it('shows nothing of a cause', () => {
    const error = new AuthError('keys_unavailable', { cause: new Error('10.0.0.1 refused') })
    expect(JSON.stringify(toProblem(error, { requestId, hints: true }))).not.toContain('10.0.0.1')
  })
})
