import { describe, expect, it } from 'vitest'
import { claimChecks } from './claim-checks.js'

const policy = { issuer: 'https://issuer.test', audience: 'https://api.test', requireSid: false }
const NOW = 1_800_000_000
const good = {
  iss: policy.issuer,
  aud: policy.audience,
  sub: 'ada',
  sid: 'session-1',
  iat: NOW - 60,
  exp: NOW + 840,
}

function judge(
  claims: Record<string, unknown>,
  changed: Partial<typeof policy> = {},
  at = NOW,
  type?: string,
) {
  const expected = { ...policy, ...changed }
  for (const { refusal } of claimChecks) {
    const code = refusal({ ...good, ...claims }, expected, at, type)
    if (code !== undefined) return code
  }
  return 'accepted'
}

describe('claimChecks', () => {
  it('come in the order of the contract, who it is from and for before anything else', () => {
    expect(claimChecks.map(({ name }) => name)).toEqual([
      'issuer',
      'audience',
      'expiry',
      'issued at',
      'not before',
      'subject',
      'delegation',
      'session',
      'confirmation',
      'events',
      'lifetime',
    ])
    expect(judge({ iss: 'x', aud: 'x', exp: 0 })).toBe('issuer_mismatch')
    expect(judge({ aud: 'x', exp: 0 })).toBe('audience_mismatch')
    expect(judge({ exp: 0, sub: 1 })).toBe('token_expired')
  })

  it.each([
    ['the good claims', {}],
    ['the audience among others', { aud: ['https://other.test', policy.audience] }],
    ['no session', { sid: undefined }],
    ['times with fractions', { iat: NOW - 0.5, exp: NOW + 0.5 }],
    ['a lifetime of a day', { iat: NOW, exp: NOW + 86_400 }],
    ['an id of 255 characters', { sub: 'a'.repeat(255) }],
    ['an id of 255 characters of two units', { sub: '\u{1f511}'.repeat(255) }],
    ['an id with spaces and other scripts', { sub: 'Ada Łovelace 阿达' }],
    ['claims of the application', { role: 'admin', email: 'ada@example.com' }],
  ])('accept %s', (_, claims) => {
    expect(judge(claims)).toBe('accepted')
  })

  // Both sides of each edge, to the second and to the fraction of one.
  it.each([
    ['exp', { exp: NOW - 4 }, 'accepted'],
    ['exp', { exp: NOW - 4.999 }, 'accepted'],
    ['exp', { exp: NOW - 5 }, 'token_expired'],
    ['iat', { iat: NOW + 60 }, 'accepted'],
    ['iat', { iat: NOW + 60.001 }, 'token_not_yet_valid'],
    ['nbf', { nbf: NOW + 5 }, 'accepted'],
    ['nbf', { nbf: NOW + 5.001 }, 'token_not_yet_valid'],
    ['lifetime', { iat: NOW, exp: NOW + 86_400.001 }, 'claim_invalid'],
  ])('judge %s of %j as %s', (_, claims, verdict) => {
    expect(judge(claims)).toBe(verdict)
  })

  it.each([
    null,
    '1800000000',
    true,
    [NOW],
    {},
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])('take %j for no time', (value) => {
    for (const name of ['exp', 'iat', 'nbf']) expect(judge({ [name]: value })).toBe('claim_invalid')
  })

  it('need exp, iat and sub, and neither nbf nor jti', () => {
    for (const name of ['exp', 'iat', 'sub']) {
      expect(judge({ [name]: undefined })).toBe('claim_invalid')
    }
    expect(judge({ nbf: undefined, jti: undefined })).toBe('accepted')
  })

  it.each(['scope', 'azp', 'client_id', 'act'])('take a token with %s for a program’s', (name) => {
    for (const value of ['x', '', null, false, [], {}]) {
      expect(judge({ [name]: value })).toBe('delegation_not_allowed')
    }
    expect(judge({ [name]: undefined, [`${name}s`]: 'x' })).toBe('accepted')
  })

  it('take a token of the type at+jwt for a program’s, whatever it claims', () => {
    expect(judge({}, {}, NOW, 'at+jwt')).toBe('delegation_not_allowed')
    expect(judge({ sid: undefined }, { requireSid: true }, NOW, 'at+jwt')).toBe(
      'delegation_not_allowed',
    )
    expect(judge({ exp: 0 }, {}, NOW, 'at+jwt')).toBe('token_expired')
    expect(judge({}, {}, NOW, 'JWT')).toBe('accepted')
  })

  it('need sid where it is required', () => {
    expect(judge({ sid: undefined }, { requireSid: true })).toBe('claim_invalid')
    expect(judge({}, { requireSid: true })).toBe('accepted')
  })

  it.each(['', null, 0, ['ada'], {}, 'a\n', '\0', 'a\x7f', '\x85', '\ud800', 'a'.repeat(256)])(
    'take %j for no id',
    (value) => {
      expect(judge({ sub: value })).toBe('claim_invalid')
      expect(judge({ sid: value })).toBe('claim_invalid')
    },
  )
})
