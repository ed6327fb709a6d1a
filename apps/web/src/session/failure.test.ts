import { describe, expect, it } from 'vitest'
import { authCopy } from '../copy/auth.js'
import { readAuthFailure, tryAuth } from './failure.js'

const limited = (headers: HeadersInit) => new Response(null, { status: 429, headers })

describe('readAuthFailure', () => {
  it('says the same for a wrong password and an unknown address', () => {
    const { text } = readAuthFailure({ status: 401, code: 'INVALID_EMAIL_OR_PASSWORD' })
    expect(text).toBe(authCopy.errors.INVALID_EMAIL_OR_PASSWORD)
  })

  it.each([
    [{ 'retry-after': '7' }, 'Too many attempts. Try again in 7 seconds.'],
    [{ 'x-retry-after': '1' }, 'Too many attempts. Try again in 1 second.'],
    [{ 'retry-after': '840' }, 'Too many attempts. Try again in 14 minutes.'],
    [{}, 'Too many attempts. Try again in 60 seconds.'],
  ])('says how long to wait: %j', (headers, sentence) => {
    expect(readAuthFailure({ status: 429 }, limited(headers as HeadersInit)).text).toBe(sentence)
  })

  it.each([
    [{ status: 503 }, authCopy.unavailable],
    [{ status: 400, code: 'SOMETHING_NEW' }, authCopy.unknown],
    [{}, authCopy.unreachable],
  ])('never repeats what it does not know: %j', (failure, sentence) => {
    expect(readAuthFailure(failure)).toEqual({ tone: 'bad', text: sentence })
  })
})

describe('tryAuth', () => {
  it('is null when it went well', async () => {
    await expect(tryAuth(async () => ({ error: null }))).resolves.toBeNull()
  })

  it('reads the wait from the answer', async () => {
    const failed = await tryAuth(async (fetchOptions) => {
      fetchOptions.onError({ response: limited({ 'retry-after': '5' }) })
      return { error: { status: 429 } }
    })
    expect(failed?.outcome.text).toBe('Too many attempts. Try again in 5 seconds.')
  })

  it('takes a network failure for what it is, and throws what it does not know', async () => {
    const failed = await tryAuth(() => Promise.reject(new TypeError('Failed to fetch')))
    expect(failed?.outcome.text).toBe(authCopy.unreachable)
    await expect(tryAuth(() => Promise.reject(new RangeError('x')))).rejects.toThrow(RangeError)
  })
})
