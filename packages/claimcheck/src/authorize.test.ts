import { expect, it } from 'vitest'
import { assertOwner } from './authorize.js'
import type { Identity } from './contract.js'

const ada: Identity = {
  subject: 'ada',
  sessionId: null,
  tokenId: null,
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  issuedAt: 0,
  expiresAt: 0,
  claims: {},
}

it('lets the owner pass', () => {
  expect(() => assertOwner(ada, 'ada')).not.toThrow()
})

it.each(['eve', 'Ada', 'ada ', ' ada', 'ada\0', 'ad', 'adaa', '', 'me', '*', 'undefined', 'ad%61'])(
  'turns away whoever asks for %j',
  (userId) => {
    expect(() => assertOwner(ada, userId)).toThrow(
      expect.objectContaining({ code: 'not_owner', status: 403 }),
    )
  },
)

it('turns away an empty subject even from an empty path', () => {
  expect(() => assertOwner({ ...ada, subject: '' }, '')).toThrow(
    expect.objectContaining({ code: 'not_owner' }),
  )
})
