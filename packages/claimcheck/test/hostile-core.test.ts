import {
  type Algorithm,
  AuthError,
  createVerifier,
  type Problem,
  toProblem,
  type Verifier,
} from '../src/index.js'
import type { Attempt, HostileAnswer, TestIssuer } from '../src/testing/index.js'
import { toAddress, toRawHeaders, toRequest } from './_attempts.js'
import { describeHostileCases } from './_hostile.js'

const startFor = (
  read: (attempt: Attempt) => Parameters<Verifier['authenticate']>[0],
  algorithms?: readonly Algorithm[],
) =>
  function start(issuer: TestIssuer) {
    const verifier = createVerifier({ ...issuer.options, ...(algorithms && { algorithms }) })
    return {
      send: (attempt: Attempt) => judge(verifier, read(attempt)),
      close: () => verifier.close(),
    }
  }

const withRequest = startFor((attempt) => toRequest(attempt))
const withRawHeaders = startFor((attempt) => ({
  rawHeaders: toRawHeaders(attempt),
  url: toAddress(attempt),
}))

describeHostileCases('authenticate(Request), Ed25519', withRequest)
describeHostileCases('authenticate({ rawHeaders }), Ed25519', withRawHeaders)
describeHostileCases(
  'authenticate(Request), both algorithms allowed',
  startFor((attempt) => toRequest(attempt), ['RS256', 'EdDSA']),
)
describeHostileCases('authenticate(Request), RSA', withRequest, { algorithm: 'RS256' })

async function judge(
  verifier: Verifier,
  source: Parameters<Verifier['authenticate']>[0],
): Promise<HostileAnswer> {
  try {
    await verifier.authenticate(source)
    return { status: 200, code: null, challenge: null }
  } catch (error) {
    if (!(error instanceof AuthError)) throw error
    const { status, headers, body } = toProblem(error, { requestId: 'r1' })
    const { code }: Problem = body
    return { status, code, challenge: headers['WWW-Authenticate'] ?? null }
  }
}
