import { createVerifier, type Verifier } from 'claimcheck'
import { createTestIssuer, runHostileCases, type StartApi } from 'claimcheck/testing'

export const plainVerifier = createVerifier({
  issuer: 'https://app.example.com',
  audience: 'https://app.example.com',
  revocations: 'off',
})

export async function printTrace(verifier: Verifier, token: string) {
  const { error, steps } = await verifier.explain(token)
  for (const { check, outcome, milliseconds } of steps) {
    console.log(`${check}: ${outcome}, ${milliseconds.toFixed(2)} ms`)
  }
  if (error !== null) console.log(`${error.code}. ${error.hint}`)
}

export async function createTestSetup() {
  const issuer = await createTestIssuer()
  const verifier = createVerifier(issuer.options)
  const token = await issuer.sign({ sub: 'ada' })
  return { issuer, verifier, token }
}

export async function findFaults(start: StartApi) {
  const results = await runHostileCases(start)
  return results.filter(({ faults }) => faults.length > 0)
}
