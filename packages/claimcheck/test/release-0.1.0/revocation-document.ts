/** Reads a revocation document: nothing in it counts unless the issuer signed it as what it is. */
import { compactVerify } from 'jose'
import type { Algorithm } from './contract.js'
import {
  ISSUED_AHEAD_SECONDS,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_TYPE,
  type RevocationDocument,
} from './contract.js'
import { parseStrictObject } from './strict-json.js'

export interface DocumentTrust {
  readonly issuer: string
  readonly algorithms: readonly Algorithm[]
  readonly keys: { find(keyId: string, now: number): Promise<{ readonly key: CryptoKey }> }
}

/**
 * Checks signature, type, issuer and audience. How old a document may be is the caller's to decide.
 *
 * @throws AuthError `key_unknown` or `keys_unavailable`, where its key is not there
 * @throws Error with a sentence that says what is wrong with it
 */
export async function readRevocationDocument(
  text: string,
  { issuer, algorithms, keys }: DocumentTrust,
  now: number,
): Promise<RevocationDocument> {
  const { payload, protectedHeader } = await compactVerify(
    text,
    async ({ kid = '' }) => (await keys.find(kid, now)).key,
    { algorithms: [...algorithms] },
  )
  if (protectedHeader.typ !== REVOCATIONS_TYPE)
    throw new Error(`Its typ is not ${REVOCATIONS_TYPE}`)
  const claims = parseStrictObject(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  const { iss, aud, iat, exp, sids, subs, notBefore } = claims
  if (iss !== issuer) throw new Error('It comes from another issuer')
  if (aud !== REVOCATIONS_AUDIENCE) throw new Error(`Its audience is not ${REVOCATIONS_AUDIENCE}`)
  if (!isTime(iat) || !isTime(exp) || !isTime(notBefore))
    throw new Error('One of its times is missing')
  if (iat > now / 1_000 + ISSUED_AHEAD_SECONDS) throw new Error('It was issued in the future')
  if (!isTexts(sids) || !isTexts(subs)) throw new Error('One of its lists is missing')
  return { iss: issuer, aud: REVOCATIONS_AUDIENCE, iat, exp, sids, subs, notBefore }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}
