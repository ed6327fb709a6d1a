/**
 * The revocation feed: one signed document for everybody, held back until there is something new in
 * it.
 */
import type { GenericEndpointContext } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { type JwtOptions, signJWT } from 'better-auth/plugins'
import {
  LONGEST_WAIT_SECONDS,
  REVOCATIONS_AUDIENCE,
  REVOCATIONS_LIFETIME_SECONDS,
  REVOCATIONS_TYPE,
  type RevocationDocument,
  toUnavailable,
} from './contract.js'
import type { Snapshot, Snapshots } from './snapshots.js'

export interface Feed {
  answer(ctx: GenericEndpointContext): Promise<Response>
  /** Ends what is held, and holds nothing from now on. */
  stop(): void
}

interface FeedOptions {
  readonly issuer: string
  readonly snapshots: Snapshots
  readonly signing: JwtOptions
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface Holder {
  readonly known: ReadonlySet<string>
  release(): void
}

/**
 * Milliseconds between two looks while somebody waits, and the age of the oldest document that is
 * sent.
 */
const INTERVAL = 250

/** Makes the endpoint that {@link Feed} answers at. */
export function createFeedEndpoint(feed: () => Feed) {
  return createAuthEndpoint('/revocations', { method: 'GET' }, (ctx) => feed().answer(ctx))
}

export function createFeed({ issuer, snapshots, signing, now }: FeedOptions): Feed {
  const holders = new Set<Holder>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let signed: { snapshot: Snapshot; text: Promise<string> } | null = null
  let isStopped = false

  /** One look for everybody who waits; a failed one is made up for by the next. */
  async function look(): Promise<void> {
    const snapshot = await snapshots.read(0).catch(() => null)
    for (const holder of holders) {
      if (snapshot && !isKnown(holder.known, snapshot)) holder.release()
    }
    timer = null
    schedule()
  }

  function schedule(): void {
    if (holders.size > 0 && !timer) timer = setTimeout(() => void look(), INTERVAL)
  }

  function hold(known: ReadonlySet<string>, seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const holder: Holder = { known, release }
      const end = setTimeout(release, seconds * 1000)
      function release(): void {
        clearTimeout(end)
        signal?.removeEventListener('abort', release)
        holders.delete(holder)
        resolve()
      }
      signal?.addEventListener('abort', release)
      holders.add(holder)
      schedule()
    })
  }

  function sign(ctx: GenericEndpointContext, snapshot: Snapshot): Promise<string> {
    if (signed?.snapshot === snapshot) return signed.text
    const { sids, subs, notBefore } = snapshot
    const iat = Math.floor(now() / 1000)
    const payload: RevocationDocument = {
      iss: issuer,
      aud: REVOCATIONS_AUDIENCE,
      iat,
      exp: iat + REVOCATIONS_LIFETIME_SECONDS,
      sids,
      subs,
      notBefore,
    }
    const text = signJWT(ctx, {
      options: signing,
      payload: { ...payload },
      header: { typ: REVOCATIONS_TYPE },
    })
    signed = { snapshot, text }
    text.catch(() => {
      if (signed?.text === text) signed = null
    })
    return text
  }

  return {
    async answer(ctx) {
      const known = readTags(ctx.headers?.get('if-none-match'))
      const seconds = readWait(ctx.query?.wait)
      try {
        const first = await snapshots.read(INTERVAL)
        if (seconds > 0 && isKnown(known, first) && !isStopped) {
          await hold(known, seconds, ctx.request?.signal)
        }
        const snapshot = await snapshots.read(INTERVAL)
        return new Response(await sign(ctx, snapshot), {
          headers: {
            'content-type': 'application/jwt',
            'cache-control': 'no-store',
            etag: snapshot.etag,
          },
        })
      } catch (cause) {
        throw Object.assign(toUnavailable('Revocations cannot be read right now'), { cause })
      }
    },
    stop() {
      isStopped = true
      for (const holder of holders) holder.release()
    },
  }
}

/** The tags of If-None-Match; a proxy that compresses makes them weak (RFC 9110 §13.1.2). */
function readTags(header: string | null | undefined): ReadonlySet<string> {
  return new Set((header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, '')))
}

function isKnown(known: ReadonlySet<string>, { etag }: Snapshot): boolean {
  return known.has(etag) || known.has('*')
}

/** Seconds to wait: none where the parameter makes no sense. */
function readWait(value: unknown): number {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : 0
  return seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : 0
}
