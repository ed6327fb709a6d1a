import { describe, expect, it } from 'vitest'
import { ask, readChecks } from './answer.js'

describe('an answer', () => {
  it('tells status, code, challenge and the checks of a refusal', async () => {
    const answer = await ask(async () =>
      Response.json(
        { code: 'token_expired', detail: 'The token has expired.' },
        {
          status: 401,
          headers: {
            'WWW-Authenticate': 'Bearer error="invalid_token"',
            'X-Request-Id': 'r-1',
            'Server-Timing':
              'signature;desc="passed, checked";dur=0.0812, expiry;desc="refused, number";dur=0.0020',
          },
        },
      ),
    )
    expect(answer).toMatchObject({
      status: 401,
      code: 'token_expired',
      detail: 'The token has expired.',
      challenge: 'Bearer error="invalid_token"',
      requestId: 'r-1',
      checks: [
        { name: 'signature', outcome: 'passed', found: 'checked', duration: 0.0812 },
        { name: 'expiry', outcome: 'refused', found: 'number', duration: 0.002 },
      ],
    })
  })

  it('has no code where it is a success, whatever the body holds', async () => {
    const answer = await ask(async () => Response.json({ code: 'a task' }))
    expect(answer).toMatchObject({ status: 200, code: null, detail: null, checks: [] })
  })

  it('is read also where the body is not JSON', async () => {
    const answer = await ask(async () => new Response('Bad gateway', { status: 502 }))
    expect(answer).toMatchObject({ status: 502, code: null, body: null })
  })

  it('has checks without a finding', () => {
    expect(readChecks('issued-at;desc="passed";dur=1')).toEqual([
      { name: 'issued-at', outcome: 'passed', found: null, duration: 1 },
    ])
  })
})
