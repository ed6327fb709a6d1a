/** The one verifier of the process, which all recipes use. */
import { createVerifier } from 'claimcheck'

export const verifier = createVerifier({
  issuer: process.env.ISSUER ?? 'https://app.example.com',
  audience: process.env.AUDIENCE ?? 'https://api.example.com',
  algorithms: ['EdDSA', 'RS256'],
})
