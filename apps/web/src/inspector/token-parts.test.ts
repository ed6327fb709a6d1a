import { createVerifier } from 'claimcheck'
import { createTestIssuer } from 'claimcheck/testing'
import { expect, it } from 'vitest'
import { readTokenParts, tamper } from './token-parts.js'

it('reads header and claims, and of the signature only its size', async () => {
  const issuer = await createTestIssuer()
  const { header, claims, signatureSize } = readTokenParts(
    await issuer.sign({ sub: 'Zoë', note: '🗝' }),
  )
  expect(header).toMatchObject({ alg: 'EdDSA', kid: issuer.keyId })
  expect(claims).toMatchObject({ sub: 'Zoë', note: '🗝' })
  expect(signatureSize).toBe(64)
})

it('tampers so that the token says something else, and is refused for its signature only', async () => {
  const issuer = await createTestIssuer()
  const forged = tamper(await issuer.sign({ sub: 'alice' }), 'bob')
  expect(readTokenParts(forged).claims.sub).toBe('bob')
  await expect(createVerifier(issuer.options).verify(forged)).rejects.toMatchObject({
    code: 'signature_invalid',
  })
})

it('refuses what is no token', () => {
  expect(() => readTokenParts('a.b.c')).toThrow()
})
