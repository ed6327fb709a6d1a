/** Decides whether a token is good, on its own, against the keys its issuer publishes. */
import { type CredentialSource, readBearerToken } from './bearer.js'
import { readOptions } from './checked-options.js'
import { checkClaims } from './claim-checks.js'
import type { Identity } from './contract.js'
import { isDevelopment } from './development.js'
import { AuthError, type AuthErrorCode, withHint } from './errors.js'
import type { RevocationStats, RevocationVerdict } from './feed/revocations.js'
import { createIssuer, type Issuer } from './issuer.js'
import type { KeyStats } from './keys/key-source.js'
import type { VerifierEvent, VerifierOptions } from './options.js'
import { createOncePerProcess } from './reloads.js'
import {
  assertNotForged,
  createForgedTokens,
  readSignedToken,
  type SignedToken,
} from './tokens/signed-token.js'
import { type ParsedToken, parseToken } from './tokens/token.js'
import { createTokenCache } from './tokens/token-cache.js'
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
  /** The same, at once where nothing has to be waited for, as of a token that was seen before. */
  judge(source: CredentialSource): Identity | Promise<Identity>
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

/**
 * Creates a verifier. Nothing is fetched before the first `ready` or `verify`. In `next dev`, the one that was
 * created of the same options is found again after a reload.
 *
 * @throws TypeError that names the option that is wrong
 */
export function createVerifier(options: VerifierOptions): Verifier {
  return createOncePerProcess(options, (forget) => createOne(options, forget))
}

function createOne(options: VerifierOptions, forget: () => void): Verifier {
  const checked = readOptions(options)
  const { now, on } = checked
  const cache = createTokenCache<SignedToken>(checked.cacheSize)
  const forged = createForgedTokens(checked.cacheSize)
  const issuers = checked.issuers.map((issuer) => createIssuer(issuer, checked, emit))
  // Hints show what a token says of issuer and audience: nothing secret, yet nothing for the logs of production.
  const showsHints = isDevelopment()
  const onlyIssuer = issuers.length === 1 ? issuers[0] : undefined
  const byName = new Map(issuers.map((issuer) => [issuer.policy.issuer, issuer]))
  const refused: Partial<Record<AuthErrorCode, number>> = {}
  const counts = { accepted: 0, hits: 0, misses: 0 }

  return {
    async verify(token) {
      try {
        const verdict = decide(token)
        return verdict instanceof Promise ? await verdict : verdict
      } catch (error) {
        return refuse(error, token)
      }
    },
    authenticate: async (source) => judge(source),
    judge,
    explain,
    async ready() {
      try {
        await Promise.all(
          issuers.map(({ keys, revocations }) => Promise.all([keys.ready(), revocations?.ready()])),
        )
      } catch (error) {
        throw showsHints ? await advise(error) : error
      }
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
      forget()
      for (const { keys, revocations } of issuers) {
        keys.close()
        revocations?.close()
      }
    },
  }

  function judge(source: CredentialSource): Identity | Promise<Identity> {
    let token: string | undefined
    try {
      token = readBearerToken(source)
      const verdict = decide(token)
      return verdict instanceof Promise ? verdict.catch((error) => refuse(error, token)) : verdict
    } catch (error) {
      return refuse(error, token)
    }
  }

  /** The one way to a verdict. A remembered signature saves the cryptography and nothing else. */
  function decide(token: string, note?: Note): Identity | Promise<Identity> {
    const at = now()
    const isText = typeof token === 'string'
    const signed = isText ? cache.get(token) : undefined
    if (signed === undefined) {
      counts.misses += 1
      // Who wants to hear of each check hears of those that a forged token has passed as well.
      const late = isText && note === undefined ? assertNotForged(token, forged, at) : undefined
      return late === undefined ? decideAnew(token, note) : late.then(() => decideAnew(token))
    }
    note?.('signature', 'remembered')
    const key = signed.issuer.keys.find(signed.key.keyId, at)
    if (key === signed.key) return recall(signed, at, note)
    return Promise.resolve(key).then((late) => {
      if (late === signed.key) return recall(signed, now(), note)
      counts.misses += 1
      return decideAnew(token, note)
    })
  }

  function recall(signed: SignedToken, at: number, note?: Note): Identity | Promise<Identity> {
    counts.hits += 1
    return judgeSigned(signed, at, note)
  }

  function judgeSigned(signed: SignedToken, at: number, note?: Note): Identity | Promise<Identity> {
    const { identity, marks, issuer } = signed
    checkClaims(signed, issuer.policy, at / 1_000, note)
    if (marks === null || issuer.revocations === null) return accept(identity, 'good')
    note?.('revocation')
    const verdict = issuer.revocations.judge(marks, at)
    if (typeof verdict === 'string') return accept(identity, verdict)
    return verdict.then((late) => accept(identity, late))
  }

  function accept(identity: Identity, verdict: RevocationVerdict): Identity {
    assertNotRevoked(verdict)
    counts.accepted += 1
    return identity
  }

  /** Reads a token for the first time, or under a key that has changed. */
  async function decideAnew(token: string, note?: Note): Promise<Identity> {
    const parsed = parseToken(token, note)
    const issuer = onlyIssuer ?? selectIssuer(parsed, note)
    note?.('algorithm')
    if (!issuer.options.algorithms.some((name) => name === parsed.algorithm)) {
      throw new AuthError('algorithm_not_allowed')
    }
    note?.('key')
    const found = issuer.keys.find(parsed.keyId, now())
    const key = found instanceof Promise ? await found : found
    note?.('algorithm of the key')
    if (key.algorithm !== parsed.algorithm) throw new AuthError('algorithm_not_allowed')
    const signed = await readSignedToken(parsed, key, { issuer, forged, note })
    cache.set(token, signed)
    return judgeSigned(signed, now(), note)
  }

  /** The unverified `iss` only selects whose keys are tried. */
  function selectIssuer({ claims }: ParsedToken, note?: Note): Issuer {
    note?.('issuer known', toKind(claims.iss))
    const issuer = typeof claims.iss === 'string' ? byName.get(claims.iss) : undefined
    if (issuer === undefined) throw new AuthError('issuer_mismatch')
    return issuer
  }

  async function explain(token: string): Promise<Explanation> {
    const trace = createTrace()
    try {
      const identity = await decide(token, trace.note)
      return { identity, error: null, steps: trace.end('passed') }
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      countRefusal(error)
      const steps = trace.end(error.status === 503 ? 'unavailable' : 'refused')
      return { identity: null, error: showsHints ? await advise(error, token) : error, steps }
    }
  }

  /** Throws it; where hints are shown, later. */
  function refuse(error: unknown, token: string | undefined): Promise<never> {
    countRefusal(error)
    if (!showsHints) throw error
    return advise(error, token).then((advised) => {
      throw advised
    })
  }

  function countRefusal(error: unknown): void {
    if (!(error instanceof AuthError)) return
    refused[error.code] = (refused[error.code] ?? 0) + 1
    emit({ type: 'token_refused', code: error.code })
  }

  /** Says of this one refusal what to change: for developers, who alone wait until that is loaded. */
  async function advise<T>(error: T, token?: unknown): Promise<T | AuthError> {
    if (!(error instanceof AuthError)) return error
    const { toHint } = await import('./hints.js')
    const hint = toHint(error, { token, issuers, now: now() / 1_000 })
    return hint === undefined ? error : withHint(error, hint)
  }

  function emit(event: VerifierEvent): void {
    try {
      on?.(event)
    } catch {
      // A listener that fails must not decide over requests, nor end the process.
    }
  }
}

function assertNotRevoked(verdict: RevocationVerdict): void {
  if (verdict === 'revoked') throw new AuthError('token_revoked')
  if (verdict === 'stale') throw new AuthError('revocations_stale', { retryAfter: 5 })
}
