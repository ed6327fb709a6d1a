/** What the cases are built from, as a test issuer has it. */
import type { Algorithm } from '../../contract.js'
import { createSigner, type Signer } from '../signer.js'
import type { TestIssuer } from '../test-issuer.js'
import type { KeySetMeans } from './case.js'

/** @param subject the person the good token is for */
export async function createMeans(issuer: TestIssuer, subject = 'ada'): Promise<KeySetMeans> {
  const { options } = issuer
  const algorithm = options.algorithms[0] ?? 'EdDSA'
  const now = Math.floor(options.now() / 1_000)
  const claims = {
    iss: options.issuer,
    aud: options.audience,
    sub: subject,
    sid: 'session-1',
    jti: 'token-1',
    iat: now,
    exp: now + 900,
  }
  return {
    issuer: options.issuer,
    audience: options.audience,
    algorithm,
    keyId: issuer.keyId,
    jwks: issuer.jwks,
    subject,
    now,
    attacker: await createOnce(attackers, algorithm),
    header: { alg: algorithm, kid: issuer.keyId },
    claims,
    token: await issuer.sign(claims),
    sign: (changed = {}, header = {}) => issuer.sign({ ...claims, ...changed }, { header }),
    signText: issuer.signText,
    publish: issuer.publish,
    second: await createOnce(seconds, algorithm),
    createSigner,
  }
}

type Signers = Map<Algorithm, Promise<Signer>>

const attackers: Signers = new Map()
const seconds: Signers = new Map()

/** One of each serves all cases: making RSA keys takes longer than all the rest. */
function createOnce(signers: Signers, algorithm: Algorithm): Promise<Signer> {
  const signer = signers.get(algorithm) ?? createSigner(algorithm)
  signers.set(algorithm, signer)
  return signer
}
