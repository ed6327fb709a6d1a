/** The revocation feed of a test issuer: signed when asked for, held until something changes. */
import { base64url } from 'jose'
import {
  type ListedSegment,
  LONGEST_LIFETIME_SECONDS,
  MANIFEST_TYPE,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_LIFETIME_SECONDS,
  REVOCATIONS_TYPE,
  SESSION_ENTRY_BYTES,
  toRevocationEntry,
  toSegmentName,
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
  /** A signed manifest of this moment. */
  signManifest(): Promise<string>
  /** How often the feed was asked for. */
  readonly requests: number
  serve(url: URL, init?: RequestInit): Promise<Response>
}

export interface TestFeedOptions {
  issuer: string
  now: () => number
  sign: (claims: Record<string, unknown>, header: Record<string, unknown>) => Promise<string>
  /** False answers 404 to whoever asks for a manifest. */
  hasManifest: boolean
}

type Kind = 'sids' | 'subs'

export function createTestFeed(options: TestFeedOptions): TestFeed {
  const { issuer, now, sign, hasManifest } = options
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
    signManifest,
    get requests() {
      return requests
    },
    serve,
  }

  async function serve(url: URL, init?: RequestInit): Promise<Response> {
    requests += 1
    const [, rest = ''] = /\/revocations\/(.*)$/.exec(url.pathname) ?? []
    if (rest !== '' && !hasManifest) return new Response(null, { status: 404 })
    const seconds = Number(url.searchParams.get('wait') ?? 0)
    const known = new Headers(init?.headers).get('if-none-match')
    if (instead === null && seconds > 0 && known === toEtag()) await hold(seconds, init?.signal)
    if (instead !== null) return instead()
    if (rest.startsWith('segments/')) return answerSegment(rest.replace('segments/', ''))
    return new Response(await (rest === 'manifest' ? signManifest() : signDocument()), {
      headers: { 'Content-Type': 'application/jwt', 'Cache-Control': 'no-store', ETag: toEtag() },
    })
  }

  async function signManifest(): Promise<string> {
    const [listedSids, listedSubs] = await Promise.all([list('sids'), list('subs')])
    const terms = { notBefore, retention: LONGEST_LIFETIME_SECONDS + 90 }
    return sign(
      { ...toCommon(), ...terms, sids: listedSids, subs: listedSubs },
      { typ: MANIFEST_TYPE },
    )
  }

  /** All of a kind in one segment. */
  async function list(kind: Kind): Promise<ListedSegment[]> {
    const bytes = toBytes(kind)
    return bytes.length === 0 ? [] : [[await toSegmentName(bytes), bytes.length, 0, 1]]
  }

  async function answerSegment(name: string): Promise<Response> {
    for (const kind of ['sids', 'subs'] as const) {
      const bytes = toBytes(kind)
      if ((await toSegmentName(bytes)) === name) return new Response(bytes)
    }
    return new Response(null, { status: 404 })
  }

  function toBytes(kind: Kind): Uint8Array<ArrayBuffer> {
    const entries = [...(kind === 'sids' ? sids : subs)]
      .sort()
      .map((name) => base64url.decode(name))
    const cut = kind === 'sids' ? SESSION_ENTRY_BYTES : undefined
    return new Uint8Array(entries.flatMap((entry) => [...entry.subarray(0, cut)]))
  }

  function toCommon() {
    const iat = Math.floor(now() / 1_000)
    const times = { iat, exp: iat + REVOCATIONS_LIFETIME_SECONDS }
    return { iss: issuer, aud: REVOCATIONS_AUDIENCE, ...times }
  }

  function signDocument(): Promise<string> {
    const lists = { sids: [...sids], subs: [...subs], notBefore }
    return sign({ ...toCommon(), ...lists }, { typ: REVOCATIONS_TYPE })
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
