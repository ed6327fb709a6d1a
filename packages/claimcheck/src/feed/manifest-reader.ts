/** Asks for the manifest, and fetches those of its segments that are new. */
import { base64url } from 'jose'
import {
  type ListedSegment,
  LONGEST_MANIFEST_WAIT_SECONDS,
  type RevocationManifest,
} from '../contract.js'
import { requestBytes, requestDocument } from '../documents/document-request.js'
import { assertYoung, TIMEOUT } from './document-reader.js'
import type { FeedReader, FeedReaderOptions } from './feed-reader.js'
import { createHeldSegments, type HeldSegment, toSegmentName } from './held-segments.js'
import { readRevocationManifest } from './revocation-document.js'

/** The largest manifest, in bytes, and how many segments are fetched at a time. */
const LARGEST_MANIFEST = 512 * 1024
const AT_A_TIME = 4

/** So long before they would be forgotten, entries that are listed are added anew, in milliseconds. */
const REFRESH_BEFORE = 60_000

/** How often what is kept for the next start is written anew, in milliseconds, where it is larger than this. */
const KEEP_INTERVAL = 60_000
const SMALL = 256 * 1024

type Kind = 'sids' | 'subs'
const kinds: readonly Kind[] = ['sids', 'subs']

export function createManifestReader(options: FeedReaderOptions): FeedReader {
  const { url, fetch, now, signal, entries } = options
  const held = { sids: createHeldSegments(), subs: createHeldSegments() }
  let newest: RevocationManifest | null = null
  let etag: string | null = null
  let kept = { etag: '', at: Number.NEGATIVE_INFINITY }

  async function ask(seconds: number): Promise<{ retryAfter: number | null }> {
    const target = toAddress('manifest')
    if (seconds > 0) target.searchParams.set('wait', String(seconds))
    const answer = await requestDocument(target, {
      fetch,
      accept: 'application/jwt',
      etag: seconds > 0 ? etag : null,
      timeout: seconds * 1_000 + TIMEOUT,
      largestBody: LARGEST_MANIFEST,
      signal,
      onProgress: options.onProgress,
    })
    const text = answer.body ?? ''
    const manifest = await readRevocationManifest(text, options, now())
    assertYoung(manifest, now())
    const found = {
      sids: await complete('sids', manifest.sids),
      subs: await complete('subs', manifest.subs),
    }
    const isNewest = entries.addManifest(manifest, now())
    // Told to the issuer only now: a manifest whose segments are not here is not known.
    etag = answer.etag
    if (!isNewest) return answer
    newest = manifest
    for (const kind of kinds) held[kind].hold(found[kind])
    options.onFresh()
    keep(text, answer.etag ?? '')
    return answer
  }

  /** Everything that the manifest lists of one kind: what is here, what its parts are here of, and what is fetched. */
  async function complete(kind: Kind, listed: readonly ListedSegment[]): Promise<HeldSegment[]> {
    const found = await held[kind].match(listed)
    const whole: HeldSegment[] = []
    const missing = listed.filter((_, index) => found[index] === null)
    const fetched = new Map<string, Uint8Array<ArrayBuffer>>()
    const fetchNext = async (): Promise<void> => {
      for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
        fetched.set(next[0], await fetchSegment(next))
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, fetchNext))
    for (const [index, segment] of listed.entries()) {
      whole.push(take(kind, segment, found[index] ?? null, fetched.get(segment[0])))
    }
    return whole
  }

  /** Entries are added once, and again where they are still listed after all that time. */
  function take(
    kind: Kind,
    listed: ListedSegment,
    found: HeldSegment | null,
    fetched: Uint8Array | undefined,
  ): HeldSegment {
    const bytes = found?.bytes ?? fetched ?? new Uint8Array(0)
    if (found && now() - found.addedAt < entries.retention(now()) - REFRESH_BEFORE) return found
    entries.addSegment(kind, bytes, now())
    return { listed, bytes, addedAt: now() }
  }

  /** Bytes that are not what their name says may come from a cache, and are asked for once more past every cache. */
  async function fetchSegment(
    [name, size]: ListedSegment,
    mayBeCached = true,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await requestBytes(toAddress(`segments/${name}`), {
      fetch,
      accept: 'application/octet-stream',
      timeout: TIMEOUT,
      largestBody: size,
      signal,
      mayBeCached,
      onProgress: options.onProgress,
    })
    if (bytes.length === size && (await toSegmentName(bytes)) === name) return bytes
    if (mayBeCached) return fetchSegment([name, size, 0, 0], false)
    throw new Error('The bytes of a segment are not those that its name says')
  }

  function toAddress(path: string): URL {
    const address = new URL(url)
    address.pathname = `${address.pathname.replace(/\/$/, '')}/${path}`
    return address
  }

  /** The manifest, and its segments one to a line; seldom where that is much. */
  function keep(text: string, tag: string): void {
    const segments = kinds.flatMap((kind) => held[kind].segments)
    const size = segments.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const isDue = size <= SMALL || now() - kept.at >= KEEP_INTERVAL
    if (tag === kept.etag || !isDue) return
    kept = { etag: tag, at: now() }
    const lines = segments.map(({ bytes }) => base64url.encode(bytes))
    void options.keep([text, ...lines, ''].join('\n'))
  }

  /** What was kept proves what it names, whatever its age; freshness it cannot prove. */
  async function load(text: string): Promise<boolean> {
    const [signed = '', ...lines] = text.split('\n')
    if (lines.length === 0) return false
    const manifest = await readRevocationManifest(signed, options, now())
    for (const kind of kinds) {
      for (const [name] of manifest[kind]) {
        const bytes = base64url.decode(lines.shift() ?? '')
        const copy = new Uint8Array(bytes)
        if ((await toSegmentName(copy)) !== name)
          throw new Error('What was kept is not what the manifest names')
        entries.addSegment(kind, copy, now())
      }
    }
    entries.addManifest(manifest, now())
    return true
  }

  return {
    get longestWait() {
      return etag === null ? 0 : LONGEST_MANIFEST_WAIT_SECONDS
    },
    ask,
    load,
    get version() {
      return newest?.iat ?? null
    },
  }
}
