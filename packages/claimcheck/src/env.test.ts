import { expect, it } from 'vitest'
import { createVerifierFromEnv } from './env.js'
import { createTestIssuer } from './testing/index.js'

it('a verifier from the environment accepts what is made for its issuer and audience, and nothing else', async () => {
  const { options, sign } = await createTestIssuer()
  const { issuer: CLAIMCHECK_ISSUER, audience: CLAIMCHECK_AUDIENCE, ...settings } = options
  const verifier = createVerifierFromEnv({
    ...settings,
    env: { CLAIMCHECK_ISSUER, CLAIMCHECK_AUDIENCE },
  })
  const token = await sign({ sub: 'ada' })
  await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'ada' })
  const other = await sign({ sub: 'ada', aud: 'https://other.example.com' })
  await expect(verifier.verify(other)).rejects.toMatchObject({ code: 'audience_mismatch' })
  verifier.close()
})

it.each([
  [{}, /^CLAIMCHECK_ISSUER is not set\. Set it to the base URL/],
  [{ CLAIMCHECK_ISSUER: '', CLAIMCHECK_AUDIENCE: 'api' }, /^CLAIMCHECK_ISSUER is not set/],
  [{ CLAIMCHECK_ISSUER: 'https://app.example.com' }, /^CLAIMCHECK_AUDIENCE is not set/],
])('a verifier from the environment %j is refused with a sentence', (env, sentence) => {
  expect(() => createVerifierFromEnv({ env })).toThrow(sentence)
  expect(() => createVerifierFromEnv({ env })).toThrow(TypeError)
})
