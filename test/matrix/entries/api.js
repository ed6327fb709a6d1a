// The API under test, as a function from a Request to a Response. ISSUER and AUDIENCE are put in place by the bundler.
import { createVerifier } from 'claimcheck'
import { bearer } from 'claimcheck/next'

// At module level, where a Worker may neither fetch, nor set timers, nor make random values.
const verifier = createVerifier({
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['EdDSA', 'RS256'],
})

const route = bearer(verifier, (identity) => Response.json({ subject: identity.subject }))

/** @param {Request} request */
export async function answer(request) {
  try {
    return await route(request, {})
  } catch (error) {
    return Response.json({ code: 'crashed', detail: String(error) }, { status: 500 })
  }
}
