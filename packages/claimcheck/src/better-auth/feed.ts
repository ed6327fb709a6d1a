/**
 * The revocation feed: signed answers that are the same for everybody, held back until there is something new in them,
 * and the segments that they name.
 */
import type { GenericEndpointContext } from 'better-auth'
import { APIError, createAuthEndpoint, getIP } from 'better-auth/api'
import { type JwtOptions, signJWT } from 'better-auth/plugins'
import {
  LONGEST_MANIFEST_WAIT_SECONDS,
  LONGEST_WAIT_SECONDS,
  MANIFEST_TYPE,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_LIFETIME_SECONDS,
  REVOCATIONS_TYPE,
} from '../contract.js'
import { createHeldRequests, type HeldRequests, interval } from './held-requests.js'
import type { KnownRows } from './known-rows.js'
import { createManifests, type Manifests } from './manifests.js'
import { toUnavailable } from './outage.js'
import { createSnapshots } from './snapshots.js'

export interface Feed {
  /** The document that says everything in one text, for followers that know no manifest. */
  answerDocument(ctx: GenericEndpointContext): Promise<Response>
  answerManifest(ctx: GenericEndpointContext): Promise<Response>
  /** @throws APIError 404 for a name that no process lists */
  answerSegment(name: string): Promise<Response>
  /** Whether a request that wants to be held would be answered 429 now. */
  isRefusing(address: string | null): boolean
  /** Ends what is held, and holds nothing from now on. */
  stop(): void
}

export interface FeedOptions {
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

const unavailable = 'Revocations cannot be read right now'
const segmentName = /^[\w-]{43}$/

/** Makes the endpoints that {@link Feed} answers at. */
export function createFeedEndpoints(feed: () => Feed) {
  return {
    getRevocations: createAuthEndpoint('/revocations', { method: 'GET' }, (ctx) =>
      feed().answerDocument(ctx),
    ),
    getRevocationManifest: createAuthEndpoint('/revocations/manifest', { method: 'GET' }, (ctx) =>
      feed().answerManifest(ctx),
    ),
    getRevocationSegment: createAuthEndpoint(
      '/revocations/segments/:name',
      { method: 'GET' },
      (ctx) => feed().answerSegment(ctx.params.name),
    ),
  }
}

export function createFeed(options: FeedOptions): Feed {
  const { issuer, rows, upkeep, signing, retention, now } = options
  const held: HeldRequests = createHeldRequests({ look: () => look(0), now })
  const manifests: Manifests = createManifests(rows, retention)
  const toSnapshot = createSnapshots(rows, retention * 1000)
  const signed = new Map<Answer, { checkedAt: number; text: Promise<string> }>()

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

  async function answer(ctx: GenericEndpointContext, what: Answer): Promise<Response> {
    const known = readTags(ctx.headers?.get('if-none-match'))
    const seconds = readWait(ctx.query?.wait, what.longestWait)
    const address = ctx.request ? getIP(ctx.request, ctx.context.options) : null
    const isNews = () => !known.has(what.read().etag) && !known.has('*')
    let place: ReturnType<HeldRequests['admit']> = 'held'
    try {
      await look(interval)
      if (seconds > 0 && !isNews()) {
        place = held.admit(address)
        if (place === 'refused') return toRefusal()
        if (place === 'held') {
          await held.hold({ seconds, address, signal: ctx.request?.signal, isNews })
          await look(interval)
        }
      }
      const text = await sign(ctx, what)
      const { etag } = what.read()
      const headers = { 'content-type': 'application/jwt', 'cache-control': 'no-store', etag }
      return new Response(text, {
        headers: place === 'full' ? { ...headers, 'retry-after': '1' } : headers,
      })
    } catch (cause) {
      throw Object.assign(toUnavailable(unavailable), { cause })
    }
  }

  /** Once for everybody who asks between two looks. */
  function sign(ctx: GenericEndpointContext, what: Answer): Promise<string> {
    const { checkedAt } = rows
    const latest = signed.get(what)
    if (latest?.checkedAt === checkedAt) return latest.text
    const iat = Math.floor(now() / 1000)
    const times = { iat, exp: iat + REVOCATIONS_LIFETIME_SECONDS }
    const text = signJWT(ctx, {
      options: signing,
      payload: { iss: issuer, aud: REVOCATIONS_AUDIENCE, ...times, ...what.read().claims },
      header: { typ: what.type },
    })
    signed.set(what, { checkedAt, text })
    text.catch(() => signed.delete(what))
    return text
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
    await new Promise((resolve) => setTimeout(resolve, rows.checkedAt + interval - now()))
    try {
      await look(interval - 1)
    } catch (cause) {
      throw Object.assign(toUnavailable(unavailable), { cause })
    }
    manifests.read(rows.checkedAt)
    return manifests.find(name)
  }

  return {
    answerDocument: (ctx) => answer(ctx, document),
    answerManifest: (ctx) => answer(ctx, manifest),
    answerSegment,
    isRefusing: held.isRefusing,
    stop: held.stop,
  }
}

function toRefusal(): Response {
  const headers = { 'cache-control': 'no-store', 'retry-after': '1' }
  return new Response(null, { status: 429, headers })
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
