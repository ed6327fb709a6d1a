import { createVerifier, type Verifier, type VerifierOptions } from 'claimcheck'
import { traceFetch, traceVerifier } from 'claimcheck/opentelemetry'

/** Verdicts are spans, and so are the requests to the issuer, which carry their trace on. */
export function createTracedVerifier(options: VerifierOptions): Verifier {
  return traceVerifier(createVerifier({ ...options, fetch: traceFetch(options.fetch) }))
}
