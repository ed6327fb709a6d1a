/** The revocation feed of a test issuer: snapshots, signed when asked for, held until something changes. */
import {
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_LIFETIME_SECONDS,
  REVOCATIONS_TYPE,
  toRevocationEntry,
} from '../contract.js'

export interface TestFeed {
  /** Ends a session. */
  revokeSession(sessionId: string): Promise<void>
  /** Deletes a person. */
  revokeSubject(subject: string): Promise<void>
  /** Refuses every token issued before this time, in seconds since 1970. */
  refuseBefore(seconds: number): void
  /** Forgets every entry, as an issuer does once they are no longer relevant. */
  forget(): void
  /** Answers in place of the feed, until called with null: for faults, replays and forgeries. */
  answerWith(answer: (() => Response | Promise<Response>) | null): void
  /** A signed document of this moment. */
  sign(): Promise<string>
  /** How often the feed was asked for. */
  readonly requests: number
  serve(url: URL, init?: RequestInit): Promise<Response>
}

export interface TestFeedOptions {
  issuer: string
  now: () => number
  sign: (claims: Record<string, unknown>, header: Record<string, unknown>) => Promise<string>
}

export function createTestFeed({ issuer, now, sign }: TestFeedOptions): TestFeed {
  const sids = new Set<string>()
  const subs = new Set<string>()
  const held = new Set<() => void>()
  let notBefore = 0
  let version = 0
  let requests = 0
  let instead: (() => Response | Promise<Response>) | null = null

  return {
    async revokeSession(sessionId) {
      sids.add(await toRevocationEntry(issuer, 'sid', sessionId))
      change()
    },
    async revokeSubject(subject) {
      subs.add(await toRevocationEntry(issuer, 'sub', subject))
      change()
    },
    refuseBefore(seconds) {
      notBefore = Math.max(notBefore, seconds)
      change()
    },
    forget() {
      sids.clear()
      subs.clear()
      change()
    },
    answerWith(answer) {
      instead = answer
      change()
    },
    sign: signDocument,
    get requests() {
      return requests
    },
    serve,
  }

  async function serve(url: URL, init?: RequestInit): Promise<Response> {
    requests += 1
    const seconds = Number(url.searchParams.get('wait') ?? 0)
    const known = new Headers(init?.headers).get('if-none-match')
    if (instead === null && seconds > 0 && known === toEtag()) await hold(seconds, init?.signal)
    if (instead !== null) return instead()
    return new Response(await signDocument(), {
      headers: { 'Content-Type': 'application/jwt', 'Cache-Control': 'no-store', ETag: toEtag() },
    })
  }

  function signDocument(): Promise<string> {
    const iat = Math.floor(now() / 1_000)
    const times = { iat, exp: iat + REVOCATIONS_LIFETIME_SECONDS }
    const lists = { sids: [...sids], subs: [...subs], notBefore }
    return sign(
      { iss: issuer, aud: REVOCATIONS_AUDIENCE, ...times, ...lists },
      { typ: REVOCATIONS_TYPE },
    )
  }

  function toEtag(): string {
    return `"${version}"`
  }

  function change(): void {
    version += 1
    for (const release of held) release()
  }

  function hold(seconds: number, signal: AbortSignal | null | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(release, seconds * 1_000)
      held.add(release)
      signal?.addEventListener('abort', release, { once: true })
      function release(): void {
        clearTimeout(timer)
        held.delete(release)
        resolve()
      }
    })
  }
}
