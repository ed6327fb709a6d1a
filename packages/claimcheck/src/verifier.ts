/** Decides whether a token is good, on its own, against the keys its issuer publishes. */
import { errors, flattenedVerify } from 'jose'
import { type CredentialSource, readBearerToken } from './bearer.js'
import { type ClaimPolicy, claimChecks } from './claim-checks.js'
import { type Identity, toRevocationEntry } from './contract.js'
import { AuthError, type AuthErrorCode } from './errors.js'
import type { VerificationKey } from './key-policy.js'
import { createKeySource, type KeySource, type KeyStats } from './keys.js'
import {
  type CheckedIssuer,
  readIssuers,
  readNumber,
  type VerifierEvent,
  type VerifierOptions,
} from './options.js'
import {
  createRevocationList,
  type RevocationList,
  type RevocationStats,
  type RevocationVerdict,
} from './revocations.js'
import type { RevocationMarks } from './revoked-entries.js'
import { type ParsedToken, parseToken } from './token.js'
import { createTokenCache } from './token-cache.js'
import { createTrace, type Explanation, type Note, toKind } from './trace.js'

/** What a verifier did so far. */
export interface VerifierStats {
  readonly accepted: number
  /** How often each code was the answer; codes that never were are absent. */
  readonly refused: Readonly<Partial<Record<AuthErrorCode, number>>>
  /** Remembered signatures: how many, and how often one was found or not. */
  readonly cache: { readonly size: number; readonly hits: number; readonly misses: number }
  /** The keys of each issuer, in the order of the options. */
  readonly keys: readonly KeyStats[]
  /** The revocations of each issuer that is followed. */
  readonly revocations: readonly RevocationStats[]
}

/** Checks tokens. Create one per process and keep it: it owns the keys and the memory of checked signatures. */
export interface Verifier {
  /** @throws AuthError with 401 when the token is bad, with 503 when that cannot be told */
  verify(token: string): Promise<Identity>
  /** Finds the bearer token of a request and verifies it. @throws AuthError also with 400 */
  authenticate(source: CredentialSource): Promise<Identity>
  /** Judges and counts a token as `verify` does, and tells every check. Never throws an AuthError. */
  explain(token: string): Promise<Explanation>
  /**
   * Fetches keys and revocations ahead of the first token. @throws AuthError `keys_unavailable` when the first attempt
   * fails
   */
  ready(): Promise<void>
  /** The people that issuers have deleted, each named as `toRevocationEntry(issuer, 'sub', id)` does. */
  deletedSubjects(): readonly string[]
  stats(): VerifierStats
  /** Ends the background work. Tokens of known keys can still be verified. */
  close(): void
}

/** An issuer at work. */
interface Issuer {
  readonly policy: ClaimPolicy
  readonly options: CheckedIssuer
  readonly keys: KeySource
  readonly revocations: RevocationList | null
}

/** What is remembered of a token: what it says, and the key under which its signature was good. */
interface SignedToken {
  readonly issuer: Issuer
  readonly claims: ParsedToken['claims']
  readonly key: VerificationKey
  readonly identity: Identity
  /** Null where the issuer's revocations are not followed. */
  readonly marks: RevocationMarks | null
}

/**
 * Creates a verifier. Nothing is fetched before the first `ready` or `verify`.
 *
 * @throws TypeError that names the option that is wrong
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const now = options.now ?? Date.now
  const refreshInterval = readNumber(
    'refreshInterval',
    options.refreshInterval,
    60_000,
    1_000,
    3_600_000,
  )
  const staleIfError = readNumber(
    'staleIfError',
    options.staleIfError,
    3_600_000,
    0,
    7 * 24 * 3_600_000,
  )
  const cache = createTokenCache<SignedToken>(
    readNumber('cacheSize', options.cacheSize, 10_000, 0, 10_000_000),
  )
  const issuers = readIssuers(options).map(startIssuer)
  const onlyIssuer = issuers.length === 1 ? issuers[0] : undefined
  const byName = new Map(issuers.map((issuer) => [issuer.policy.issuer, issuer]))
  const refused: Partial<Record<AuthErrorCode, number>> = {}
  const counts = { accepted: 0, hits: 0, misses: 0 }

  return {
    async verify(token) {
      try {
        return await decide(token)
      } catch (error) {
        throw countRefusal(error)
      }
    },
    async authenticate(source) {
      try {
        return await decide(readBearerToken(source))
      } catch (error) {
        throw countRefusal(error)
      }
    },
    explain,
    async ready() {
      await Promise.all(
        issuers.map(({ keys, revocations }) => Promise.all([keys.ready(), revocations?.ready()])),
      )
    },
    deletedSubjects: () =>
      issuers.flatMap(({ revocations }) => revocations?.deletedSubjects() ?? []),
    stats() {
      const { accepted, ...found } = counts
      return {
        accepted,
        refused: { ...refused },
        cache: { size: cache.size, ...found },
        keys: issuers.map(({ keys }) => keys.stats()),
        revocations: issuers.flatMap(({ revocations }) => revocations?.stats() ?? []),
      }
    },
    close() {
      for (const { keys, revocations } of issuers) {
        keys.close()
        revocations?.close()
      }
    },
  }

  /** The one way to a verdict. A remembered signature saves the cryptography and nothing else. */
  async function decide(token: string, note?: Note): Promise<Identity> {
    let at = now()
    let signed = typeof token === 'string' ? cache.get(token) : undefined
    if (signed !== undefined) {
      note?.('signature', 'remembered')
      const found = signed.issuer.keys.find(signed.key.keyId, at)
      if (found !== signed.key) {
        if ((await found) !== signed.key) signed = undefined
        at = now()
      }
    }
    if (signed === undefined) {
      signed = await readSigned(token, note)
      at = now()
    } else {
      counts.hits += 1
    }
    checkClaims(signed, at / 1_000, note)
    const { marks, issuer } = signed
    if (marks !== null && issuer.revocations !== null) {
      note?.('revocation')
      const verdict = issuer.revocations.judge(marks, at)
      assertNotRevoked(typeof verdict === 'string' ? verdict : await verdict)
    }
    counts.accepted += 1
    return signed.identity
  }

  /** Reads a token for the first time, or under a key that has changed. */
  async function readSigned(token: string, note?: Note): Promise<SignedToken> {
    counts.misses += 1
    const parsed = parseToken(token, note)
    const issuer = onlyIssuer ?? selectIssuer(parsed, note)
    note?.('algorithm')
    if (!issuer.options.algorithms.some((name) => name === parsed.algorithm)) {
      throw new AuthError('algorithm_not_allowed')
    }
    note?.('key')
    const key = await issuer.keys.find(parsed.keyId, now())
    note?.('algorithm of the key')
    if (key.algorithm !== parsed.algorithm) throw new AuthError('algorithm_not_allowed')
    note?.('signature', 'checked')
    await checkSignature(parsed, key)
    const identity = toIdentity(parsed.claims, issuer.policy)
    const marks = issuer.revocations === null ? null : await toMarks(identity)
    const signed = { issuer, claims: parsed.claims, key, identity, marks }
    cache.set(token, signed)
    return signed
  }

  /** The unverified `iss` only selects whose keys are tried. */
  function selectIssuer({ claims }: ParsedToken, note?: Note): Issuer {
    note?.('issuer known', toKind(claims.iss))
    const issuer = typeof claims.iss === 'string' ? byName.get(claims.iss) : undefined
    if (issuer === undefined) throw new AuthError('issuer_mismatch')
    return issuer
  }

  function checkClaims({ claims, issuer }: SignedToken, seconds: number, note?: Note): void {
    for (const check of claimChecks) {
      note?.(check.name, toKind(claims[check.claim]))
      const code = check.refusal(claims, issuer.policy, seconds)
      if (code !== undefined) throw new AuthError(code)
    }
  }

  async function explain(token: string): Promise<Explanation> {
    const trace = createTrace()
    try {
      const identity = await decide(token, trace.note)
      return { identity, error: null, steps: trace.end('passed') }
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      countRefusal(error)
      return {
        identity: null,
        error,
        steps: trace.end(error.status === 503 ? 'unavailable' : 'refused'),
      }
    }
  }

  function countRefusal(error: unknown): unknown {
    if (error instanceof AuthError) {
      refused[error.code] = (refused[error.code] ?? 0) + 1
      emit({ type: 'token_refused', code: error.code })
    }
    return error
  }

  function startIssuer(checked: CheckedIssuer): Issuer {
    const { issuer, audience, jwksUrl, algorithms, store, revocations } = checked
    const fetch = options.fetch ?? globalThis.fetch
    const keys = createKeySource({
      url: jwksUrl,
      algorithms,
      store,
      now,
      emit,
      fetch,
      refreshInterval,
      staleIfError,
    })
    const trust = { issuer, algorithms, keys }
    return {
      options: checked,
      policy: { issuer, audience, requireSid: options.requireSid === true },
      keys,
      revocations:
        revocations && createRevocationList({ ...revocations, ...trust, fetch, now, emit }),
    }
  }

  function emit(event: VerifierEvent): void {
    try {
      options.on?.(event)
    } catch {
      // A listener that fails must not decide over requests, nor end the process.
    }
  }
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

function assertNotRevoked(verdict: RevocationVerdict): void {
  if (verdict === 'revoked') throw new AuthError('token_revoked')
  if (verdict === 'stale') throw new AuthError('revocations_stale', { retryAfter: 5 })
}

/** Worked out before the claims are checked, so the ids may still be of any type; such a token is refused anyway. */
async function toMarks({
  issuer,
  subject,
  sessionId,
  issuedAt,
}: Identity): Promise<RevocationMarks> {
  return {
    sid: sessionId === null ? null : await toRevocationEntry(issuer, 'sid', sessionId),
    sub: await toRevocationEntry(issuer, 'sub', subject),
    issuedAt,
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
