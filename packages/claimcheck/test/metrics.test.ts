/** What a library user's Prometheus is told of a verifier. */
import { createVerifier } from 'claimcheck'
import { createTestIssuer } from 'claimcheck/testing'
import { register } from 'prom-client'
import { expect, it, onTestFinished } from 'vitest'
import { addVerifierMetrics } from './metrics.example.js'

it('a verifier is counted in the registry of the process, with nothing of a token in any label', async () => {
  const issuer = await createTestIssuer()
  const verifier = createVerifier(issuer.options)
  onTestFinished(() => verifier.close())
  addVerifierMetrics(verifier)
  const token = await issuer.sign({ sub: 'ada' })
  await verifier.verify(token)
  await verifier.verify(token)
  await expect(verifier.verify('x')).rejects.toThrow()
  const lines = (await register.metrics()).split('\n')
  for (const line of [
    'claimcheck_tokens_total{outcome="accepted"} 2',
    'claimcheck_tokens_total{outcome="token_malformed"} 1',
    'claimcheck_checks_total{signature="remembered"} 1',
    'claimcheck_remembered_signatures 1',
  ]) {
    expect(lines).toContain(line)
  }
  expect(lines.join()).not.toContain('ada')
})
