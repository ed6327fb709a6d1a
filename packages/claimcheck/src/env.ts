/** A verifier made from the environment, for what is configured by variables. The core itself reads none. */
import type { TrustedIssuer, VerifierSettings } from './options.js'
import { createVerifier, type Verifier } from './verifier.js'

/** Options of a verifier whose issuer and audience stand in the environment. */
export interface EnvOptions extends VerifierSettings, Omit<TrustedIssuer, 'issuer' | 'audience'> {
  /** Where the variables are read: an object of strings by name. Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>>
}

/**
 * Creates a verifier for the issuer in CLAIMCHECK_ISSUER and the audience in CLAIMCHECK_AUDIENCE.
 *
 * @throws TypeError when one of them is missing or is none that a verifier takes
 */
export function createVerifierFromEnv(options: EnvOptions = {}): Verifier {
  const { env = globalThis.process?.env ?? {}, ...settings } = options
  return createVerifier({
    ...settings,
    issuer: readName(env, 'CLAIMCHECK_ISSUER', 'the base URL of the app that signs people in'),
    audience: readName(env, 'CLAIMCHECK_AUDIENCE', 'the name of this API, by habit its URL'),
  })
}

function readName(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  meaning: string,
): string {
  const value = env[variable]
  if (value) return value
  throw new TypeError(`${variable} is not set. Set it to ${meaning}, the same on both sides.`)
}
