/**
 * The revocation feed: signed answers that are the same for everybody, held back until there is something new in them,
 * and the segments that they name.
 */
import type { AuthContext, GenericEndpointContext } from 'better-auth'
import { APIError } from 'better-auth/api'
import { type JwtOptions, signJWT } from 'better-auth/plugins'
import {
  BUNDLE_MEDIA_TYPE,
  LONGEST_MANIFEST_WAIT_SECONDS,
  LONGEST_WAIT_SECONDS,
  MANIFEST_TYPE,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_LIFETIME_SECONDS,
  REVOCATIONS_TYPE,
  SEGMENT_NAME_LENGTH,
} from '../contract.js'
import { createHeldRequests, type HeldRequests, INTERVAL } from './held-requests.js'
import type { KnownRows } from './known-rows.js'
import { createManifests, type Manifests } from './manifests.js'
import { toUnavailable } from './outage.js'
import { createSnapshots } from './snapshots.js'

export interface Feed {
  /** @throws APIError 503 where the database does not say what is revoked */
  answer(request: FeedRequest): Promise<FeedAnswer>
  /** @throws APIError 404 for a name that no process lists */
  answerSegment(name: string): Promise<Response>
  /** Ends what is held, and holds nothing from now on. */
  stop(): void
}

export interface FeedRequest {
  /** The document says everything in one text, for followers that know no manifest. */
  readonly name: 'document' | 'manifest'
  /** The parameter `wait` as it came. */
  readonly wait: unknown
  readonly ifNoneMatch: string | null | undefined
  readonly accept: string | null | undefined
  /** Null where it is not known. */
  readonly address: string | null
  /** Aborted when the caller has hung up. */
  readonly signal: AbortSignal | undefined
}

export interface FeedAnswer {
  readonly status: 200 | 429
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface FeedOptions {
  readonly context: AuthContext
  readonly issuer: string
  readonly rows: KnownRows
  /** Runs after each look, given its time. */
  readonly upkeep: (at: number) => void
  readonly signing: JwtOptions
  /** How long an ended session is listed, in seconds. */
  readonly retention: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** One of the two signed answers: what it says now, and under which type. */
interface Answer {
  readonly type: string
  readonly longestWait: number
  /** Its claims but for the times, with the tag of what they say. */
  read(): { readonly claims: Readonly<Record<string, unknown>>; readonly etag: string }
}

/** The text of an answer, with the tag of what it says; both of one look. */
interface Signed {
  readonly checkedAt: number
  readonly text: Promise<string>
  readonly etag: string
}

const unavailable = 'Revocations cannot be read right now'
const segmentName = new RegExp(`^[\\w-]{${SEGMENT_NAME_LENGTH}}$`)
const refusal: FeedAnswer = {
  status: 429,
  headers: { 'cache-control': 'no-store', 'retry-after': '1' },
  body: null,
}

export function createFeed(options: FeedOptions): Feed {
  const { context, issuer, rows, upkeep, signing, retention, now } = options
  const held: HeldRequests = createHeldRequests({
    look: () => look(0),
    lookedAt: () => rows.checkedAt,
    now,
  })
  const manifests: Manifests = createManifests(rows, retention)
  const toSnapshot = createSnapshots(rows, retention * 1000)
  const signed = new Map<Answer, Signed>()

  // All that signing reads of a request is what this process made at its start.
  const signer = { context } as GenericEndpointContext

  const document: Answer = {
    type: REVOCATIONS_TYPE,
    longestWait: LONGEST_WAIT_SECONDS,
    read() {
      const { etag, ...claims } = toSnapshot(rows.checkedAt)
      return { claims, etag }
    },
  }
  const manifest: Answer = {
    type: MANIFEST_TYPE,
    longestWait: LONGEST_MANIFEST_WAIT_SECONDS,
    read() {
      const { etag, ...claims } = manifests.read(rows.checkedAt)
      return { claims, etag }
    },
  }

  async function look(age: number): Promise<void> {
    const { checkedAt } = rows
    await rows.read(age)
    if (rows.checkedAt !== checkedAt) upkeep(rows.checkedAt)
  }

  async function answer(request: FeedRequest): Promise<FeedAnswer> {
    const what = request.name === 'manifest' ? manifest : document
    const known = readTags(request.ifNoneMatch)
    const seconds = readWait(request.wait, what.longestWait)
    const { address, signal } = request
    const isNews = () => !known.has(what.read().etag) && !known.has('*')
    let place: ReturnType<HeldRequests['admit']> = 'held'
    try {
      await look(INTERVAL)
      if (seconds > 0 && !isNews()) {
        place = held.admit(address)
        if (place === 'refused') return refusal
        if (place === 'held') {
          await held.hold({ seconds, address, signal, isNews })
          // News goes out as it is, however long its look took.
          if (!isNews()) await look(INTERVAL)
        }
      }
      // Before anything is waited for: what is told of a text must be what it was made of.
      const news = takesNews(request) ? manifests.listNews(rows.checkedAt, known) : null
      const { text, etag } = sign(what)
      const headers = {
        'content-type': news ? BUNDLE_MEDIA_TYPE : 'application/jwt',
        'cache-control': 'no-store',
        vary: 'accept',
        etag,
      }
      return {
        status: 200,
        headers: place === 'full' ? { ...headers, 'retry-after': '1' } : headers,
        body: [await text, ...(news ?? [])].join('\n'),
      }
    } catch (cause) {
      throw Object.assign(toUnavailable(unavailable), { cause })
    }
  }

  /** Once for everybody who asks between two looks. */
  function sign(what: Answer): Signed {
    const { checkedAt } = rows
    const latest = signed.get(what)
    if (latest?.checkedAt === checkedAt) return latest
    const { claims, etag } = what.read()
    const iat = Math.floor(now() / 1000)
    const times = { iat, exp: iat + REVOCATIONS_LIFETIME_SECONDS }
    const text = signJWT(signer, {
      options: signing,
      payload: { iss: issuer, aud: REVOCATIONS_AUDIENCE, ...times, ...claims },
      header: { typ: what.type },
    })
    const made = { checkedAt, text, etag }
    signed.set(what, made)
    text.catch(() => signed.delete(what))
    return made
  }

  async function answerSegment(name: string): Promise<Response> {
    const bytes = segmentName.test(name) ? await findSegment(name) : null
    if (!bytes) {
      const missing = { message: 'No such segment is listed now', code: 'SEGMENT_NOT_FOUND' }
      throw new APIError('NOT_FOUND', missing, { 'cache-control': 'no-store' })
    }
    const kept = `public, max-age=${retention}, immutable`
    // A copy, because Response wants bytes in a buffer of their own.
    return new Response(new Uint8Array(bytes), {
      headers: { 'content-type': 'application/octet-stream', 'cache-control': kept },
    })
  }

  /** A name that this process has not listed may be one that another process lists: the next look tells. */
  async function findSegment(name: string): Promise<Buffer | null> {
    const known = manifests.find(name)
    if (known) return known
    await new Promise((resolve) => setTimeout(resolve, rows.checkedAt + INTERVAL - now()))
    try {
      await look(INTERVAL - 1)
    } catch (cause) {
      throw Object.assign(toUnavailable(unavailable), { cause })
    }
    manifests.read(rows.checkedAt)
    return manifests.find(name)
  }

  return { answer, answerSegment, stop: held.stop }
}

function takesNews({ name, accept }: FeedRequest): boolean {
  return name === 'manifest' && (accept ?? '').includes(BUNDLE_MEDIA_TYPE)
}

/** The tags of If-None-Match; a proxy that compresses makes them weak (RFC 9110 §13.1.2). */
function readTags(header: string | null | undefined): ReadonlySet<string> {
  return new Set((header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, '')))
}

/** Seconds to wait: none where the parameter makes no sense. */
function readWait(value: unknown, longest: number): number {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : 0
  return seconds > 0 ? Math.min(seconds, longest) : 0
}
