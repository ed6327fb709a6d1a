/** A token whose signature is good: what it says, and under which key. Its claims have not been checked. */
import type { ClaimPolicy } from '../claim-checks.js'
import { type Identity, toRevocationEntry } from '../contract.js'
import { AuthError } from '../errors.js'
import { toEntryKey } from '../feed/entry-table.js'
import type { RevocationMarks } from '../feed/revoked-entries.js'
import type { Issuer } from '../issuer.js'
import type { VerificationKey } from '../keys/key-policy.js'
import { verifySignature } from '../keys/signature.js'
import type { Note } from '../trace.js'
import type { ParsedToken } from './token.js'
import { createTokenCache, type TokenCache } from './token-cache.js'

export interface SignedToken extends Pick<ParsedToken, 'claims' | 'type'> {
  readonly issuer: Issuer
  readonly key: VerificationKey
  readonly identity: Identity
  /** Null where the issuer's revocations are not followed. */
  readonly marks: RevocationMarks | null
}

/** A key that a token was not signed with. */
interface WrongKey {
  readonly issuer: Issuer
  readonly key: VerificationKey
}

/** Tokens that are well-formed, each with its wrong key: what is wrong under a key stays wrong. */
type ForgedTokens = TokenCache<WrongKey>

/** The most that are remembered: of some 500 bytes each, of 8 KiB at worst. */
const MOST_FORGED = 256

/**
 * Whoever sends the same bad token again and again has its signature checked once. It is no memory for tokens that are
 * good, so that a flood of bad ones pushes out none of those.
 */
export function createForgedTokens(cacheSize: number): ForgedTokens {
  return createTokenCache(Math.min(cacheSize, MOST_FORGED))
}

/**
 * Refuses a token that got as far as its signature before: what is wrong with it changes with its key alone.
 *
 * @returns what to wait for before the token is read, if anything
 * @throws AuthError `signature_invalid`
 */
export function assertNotForged(
  token: string,
  forged: ForgedTokens,
  at: number,
): Promise<void> | undefined {
  const wrong = forged.get(token)
  if (wrong === undefined) return undefined
  const { issuer, key } = wrong
  const found = issuer.keys.find(key.keyId, at)
  if (found === key) throw new AuthError('signature_invalid')
  return Promise.resolve(found).then((late) => {
    if (late === key) throw new AuthError('signature_invalid')
  })
}

/** @throws AuthError `signature_invalid` */
export async function readSignedToken(
  parsed: ParsedToken,
  key: VerificationKey,
  { issuer, forged, note }: { issuer: Issuer; forged: ForgedTokens; note: Note | undefined },
): Promise<SignedToken> {
  const isForged = forged.get(parsed.text)?.key === key
  note?.('signature', isForged ? 'remembered' : 'checked')
  if (isForged) throw new AuthError('signature_invalid')
  if (!(await verifySignature(parsed, key))) {
    forged.set(parsed.text, { issuer, key })
    throw new AuthError('signature_invalid')
  }
  const { type } = parsed
  // Not before: what strangers send is not worth the work, and one signed token serves many requests.
  const claims = freezeDeep(parsed.claims)
  const identity = toIdentity(claims, issuer.policy)
  const marks = issuer.revocations === null ? null : await toMarks(identity)
  return { issuer, claims, type, key, identity, marks }
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
