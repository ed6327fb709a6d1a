/** Asks for the manifest, and fetches those of its segments that are new and did not come with it. */
import { base64url } from 'jose'
import { BUNDLE_MEDIA_TYPE, toSegmentName } from '../contract.js'
import { requestBytes, requestDocument } from '../documents/document-request.js'
import { assertYoung, TIMEOUT } from './document-reader.js'
import type { FeedReader, FeedReaderOptions } from './feed-reader.js'
import { createHeldSegments, type HeldSegment, type NamedSegment } from './held-segments.js'
import { type ReadManifest, readRevocationManifest } from './revocation-document.js'

/** How long a request may be held, in seconds: shorter than the issuer would, so that it is noticed when it stalls. */
const HELD_FOR = 0.8

/** The largest manifest, with what comes with it, in bytes; and how many segments are fetched at a time. */
const LARGEST_ANSWER = 512 * 1024
const AT_A_TIME = 2

/** So long before they would be forgotten, entries that are listed are added anew, in milliseconds. */
const REFRESH_BEFORE = 60_000

/** How often what is kept for the next start is written anew, in milliseconds, for each of its bytes. */
const KEEP_INTERVAL = 0.25
/** What has no more bytes than this is written with each change. */
const SMALL = 16 * 1024

type Kind = 'sids' | 'subs'
const kinds: readonly Kind[] = ['sids', 'subs']

/** Bytes by the name that a manifest has for them. */
type Segments = Map<string, Uint8Array<ArrayBuffer>>

export function createManifestReader(options: FeedReaderOptions): FeedReader {
  const { url, fetch, now, signal, entries } = options
  const held = { sids: createHeldSegments(), subs: createHeldSegments() }
  let newest: ReadManifest | null = null
  let etag: string | null = null
  let kept = { text: '', at: Number.NEGATIVE_INFINITY }

  async function ask(seconds: number): Promise<{ retryAfter: number | null }> {
    const target = toAddress('manifest')
    if (seconds > 0) target.searchParams.set('wait', String(seconds))
    const answer = await requestDocument(target, {
      fetch,
      accept: `${BUNDLE_MEDIA_TYPE}, application/jwt`,
      etag: seconds > 0 ? etag : null,
      timeout: seconds * 1_000 + TIMEOUT,
      largestBody: LARGEST_ANSWER,
      signal,
      onProgress: options.onProgress,
    })
    const [signed = '', ...lines] = (answer.body ?? '').split('\n')
    const manifest = await readRevocationManifest(signed, options, now())
    assertYoung(manifest, now())
    const sent = await readLines(lines)
    const found = {
      sids: await complete('sids', manifest.sids, sent),
      subs: await complete('subs', manifest.subs, sent),
    }
    const isNewest = entries.addManifest(manifest, now())
    // Told to the issuer only now: a manifest whose segments are not here is not known.
    etag = answer.etag
    if (!isNewest) return answer
    newest = manifest
    for (const kind of kinds) held[kind].hold(found[kind])
    options.onFresh()
    keep(signed, manifest)
    return answer
  }

  /**
   * Everything that the manifest lists of one kind: what is here, what its parts are here of, what came with it, and
   * what is fetched.
   */
  async function complete(
    kind: Kind,
    listed: readonly NamedSegment[],
    sent: Segments,
  ): Promise<HeldSegment[]> {
    const found = await held[kind].match(listed)
    const missing = listed.filter(({ name }, index) => found[index] === null && !sent.has(name))
    const fetchNext = async (): Promise<void> => {
      for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
        sent.set(next.name, await fetchSegment(next))
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, fetchNext))
    return listed.map((segment, index) =>
      take(kind, segment, found[index] ?? null, sent.get(segment.name)),
    )
  }

  /** Entries are added once, and again where they are still listed after all that time. */
  function take(
    kind: Kind,
    listed: NamedSegment,
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
    { name, size }: Pick<NamedSegment, 'name' | 'size'>,
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
    if (mayBeCached) return fetchSegment({ name, size }, false)
    throw new Error('The bytes of a segment are not those that its name says')
  }

  function toAddress(path: string): URL {
    const address = new URL(url)
    address.pathname = `${address.pathname.replace(/\/$/, '')}/${path}`
    return address
  }

  /** The manifest with all of its segments behind it, as it might have come; seldom where that is much. */
  function keep(signed: string, manifest: ReadManifest): void {
    const segments = kinds.flatMap((kind) => held[kind].segments)
    const names = segments.map(({ listed }) => listed.name).join()
    const text = [manifest.notBefore, manifest.retention, names].join()
    const size = segments.reduce((sum, { bytes }) => sum + bytes.length, 0)
    const isDue = size <= SMALL || now() - kept.at >= size * KEEP_INTERVAL
    if (options.keep === null || text === kept.text || !isDue) return
    kept = { text, at: now() }
    const lines = segments.map(({ bytes }) => base64url.encode(bytes))
    void options.keep([signed, ...lines, ''].join('\n'))
  }

  /** What was kept proves what it names, whatever its age; freshness it cannot prove. */
  async function load(text: string): Promise<boolean> {
    const [signed = '', ...lines] = text.split('\n')
    if (lines.length === 0) return false
    const manifest = await readRevocationManifest(signed, options, now())
    const segments = await readLines(lines)
    for (const kind of kinds) {
      for (const { name } of manifest[kind]) {
        const bytes = segments.get(name)
        if (!bytes) throw new Error('What was kept is not what the manifest names')
        entries.addSegment(kind, bytes, now())
      }
    }
    entries.addManifest(manifest, now())
    return true
  }

  return {
    get longestWait() {
      return etag === null ? 0 : HELD_FOR
    },
    ask,
    load,
    get version() {
      return newest?.iat ?? null
    },
  }
}

/** What comes behind a manifest: each line is what its digest says, or of no use. */
async function readLines(lines: readonly string[]): Promise<Segments> {
  const segments: Segments = new Map()
  for (const line of lines) {
    if (!/^[\w-]+$/.test(line)) continue
    const bytes = new Uint8Array(base64url.decode(line))
    segments.set(await toSegmentName(bytes), bytes)
  }
  return segments
}
