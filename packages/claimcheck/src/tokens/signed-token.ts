/** A token whose signature is good: what it says, and under which key. Its claims have not been checked. */
import { errors, flattenedVerify } from 'jose'
import type { ClaimPolicy } from '../claim-checks.js'
import { type Identity, toRevocationEntry } from '../contract.js'
import { AuthError } from '../errors.js'
import { toEntryKey } from '../feed/entry-table.js'
import type { RevocationMarks } from '../feed/revoked-entries.js'
import type { Issuer } from '../issuer.js'
import type { VerificationKey } from '../keys/key-policy.js'
import type { ParsedToken } from './token.js'

export interface SignedToken extends Pick<ParsedToken, 'claims' | 'type'> {
  readonly issuer: Issuer
  readonly key: VerificationKey
  readonly identity: Identity
  /** Null where the issuer's revocations are not followed. */
  readonly marks: RevocationMarks | null
}

/** @throws AuthError `signature_invalid` */
export async function readSignedToken(
  parsed: ParsedToken,
  key: VerificationKey,
  issuer: Issuer,
): Promise<SignedToken> {
  await checkSignature(parsed, key)
  const { type } = parsed
  // Not before: what strangers send is not worth the work, and one signed token serves many requests.
  const claims = freezeDeep(parsed.claims)
  const identity = toIdentity(claims, issuer.policy)
  const marks = issuer.revocations === null ? null : await toMarks(identity)
  return { issuer, claims, type, key, identity, marks }
}

async function checkSignature(
  { parts, algorithm }: ParsedToken,
  { key }: VerificationKey,
): Promise<void> {
  const [protectedHeader, payload, signature] = parts
  try {
    await flattenedVerify({ protected: protectedHeader, payload, signature }, key, {
      algorithms: [algorithm],
    })
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw new AuthError('signature_invalid', { cause })
    throw cause
  }
}

function toIdentity(claims: ParsedToken['claims'], { issuer, audience }: ClaimPolicy): Identity {
  const { sub, sid, jti, iat, exp } = claims
  return Object.freeze({
    // Handed out only after the claim checks, which refuse a token where these are of another type.
    subject: sub as string,
    sessionId: (sid as string | undefined) ?? null,
    tokenId: typeof jti === 'string' ? jti : null,
    issuer,
    audience,
    issuedAt: iat as number,
    expiresAt: exp as number,
    claims,
  })
}

/** Worked out before the claims are checked, so the ids may still be of any type; such a token is refused anyway. */
async function toMarks({
  issuer,
  subject,
  sessionId,
  issuedAt,
}: Identity): Promise<RevocationMarks> {
  return {
    sid: sessionId === null ? null : toEntryKey(await toRevocationEntry(issuer, 'sid', sessionId)),
    sub: await toRevocationEntry(issuer, 'sub', subject),
    issuedAt,
  }
}

function freezeDeep<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) freezeDeep(member)
  }
  return Object.freeze(value)
}
