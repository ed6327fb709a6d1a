import type { Verifier } from 'claimcheck'
import { registerVerifierMetrics } from 'claimcheck/metrics'
import { register } from 'prom-client'

/** Where the process counts already, the verifier joins in. */
export function addVerifierMetrics(verifier: Verifier): void {
  registerVerifierMetrics(register, verifier)
}
