/** The vectors that other languages are tested with, held to the library. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compactVerify, importJWK, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  AuthError,
  authErrors,
  createVerifier,
  type RevocationOptions,
  toProblem,
  toRevocationEntry,
} from '../src/index.js'
import { hostileCases } from '../src/testing/index.js'
import { toRequest } from './_attempts.js'
import { library } from './_entry-points.js'

type Expected = Readonly<Record<string, unknown>>

interface Vectors {
  readonly issuer: string
  readonly audience: string
  readonly now: number
  readonly keySets: Readonly<Record<'EdDSA' | 'RS256', { readonly keys: readonly JWK[] }>>
  readonly tokens: readonly {
    name: string
    keySet: 'EdDSA' | 'RS256'
    token: string
    expected: Expected
  }[]
  readonly requests: readonly {
    id: string
    headers: [string, string][]
    query?: string
    expected: Expected
  }[]
  readonly errors: readonly { code: string; status: number; title: string; detail: string }[]
  readonly digests: readonly {
    issuer: string
    kind: 'sid' | 'sub'
    id: string
    text: string
    entry: string
  }[]
  readonly documents: readonly { name: string; document: string; accepted: boolean }[]
  readonly revocations: readonly {
    name: string
    document: string
    token: string
    expected: Expected
  }[]
  readonly manifest: {
    readonly manifest: string
    readonly segments: readonly {
      name: string
      bytes: string
      size: number
      start: number
      length: number
    }[]
    readonly revoked: Readonly<Record<'sids' | 'subs', readonly string[]>>
  }
}

const vectors: Vectors = JSON.parse(readFileSync(join(library, 'vectors.json'), 'utf8'))
const { issuer, audience, now, keySets } = vectors

/** A verifier at the time of the vectors, for whom the feed is one document. */
function open(keySet: 'EdDSA' | 'RS256' = 'EdDSA', document?: string) {
  const events: string[] = []
  const revocations: RevocationOptions | 'off' = document === undefined ? 'off' : {}
  const verifier = createVerifier({
    issuer,
    audience,
    algorithms: [keySet],
    revocations,
    now: () => now * 1_000,
    on: ({ type }) => events.push(type),
    fetch: async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input)
      if (pathname.endsWith('/jwks')) return Response.json(keySets[keySet])
      return pathname.endsWith('/revocations')
        ? new Response(document)
        : new Response(null, { status: 404 })
    },
  })
  return { verifier, events }
}

async function judge(
  work: Promise<{ subject: string; sessionId: string | null }>,
): Promise<Expected> {
  try {
    const { subject, sessionId } = await work
    return { status: 200, subject, sessionId }
  } catch (error) {
    if (!(error instanceof AuthError)) throw error
    const { status, headers } = toProblem(error, { requestId: 'r' })
    const challenge = headers['WWW-Authenticate']
    const named = challenge === undefined ? null : (/error="(\w+)"/.exec(challenge)?.[1] ?? 'none')
    return { status, code: error.code, challenge: named }
  }
}

describe('vectors.json', () => {
  it.each(vectors.tokens)('accepts $name', async ({ keySet, token, expected }) => {
    const { verifier } = open(keySet)
    expect(await judge(verifier.verify(token))).toEqual(expected)
    verifier.close()
  })

  it('holds the catalogue of today, so far as its key set goes', () => {
    const fitting = hostileCases.filter(
      ({ needs, only = 'EdDSA' }) => needs !== 'the key set' && only === 'EdDSA',
    )
    expect(vectors.requests.map(({ id }) => id)).toEqual(fitting.map(({ id }) => id))
  })

  it('judges every request as it says', async () => {
    const { verifier } = open()
    for (const { id, headers, query, expected } of vectors.requests) {
      const request = toRequest({ headers, ...(query !== undefined && { query }) })
      expect([id, await judge(verifier.authenticate(request))]).toEqual([id, expected])
    }
    verifier.close()
  })

  it('names every refusal as the library does', () => {
    const named = vectors.errors.map(({ code, status, title, detail }) => [
      code,
      status,
      title,
      detail,
    ])
    const own = Object.entries(authErrors).map(([code, { status, title, detail }]) => [
      code,
      status,
      title,
      detail,
    ])
    expect(named).toEqual(own)
  })

  it.each(vectors.digests)('names $kind $id', async ({ kind, id, text, entry }) => {
    expect(await toRevocationEntry(issuer, kind, id)).toBe(entry)
    expect(createHash('sha256').update(text, 'utf8').digest('base64url')).toBe(entry)
  })

  // Together, because each document that is left aside is waited for.
  it('takes or leaves every document as it says', async () => {
    const taken = vectors.documents.map(async ({ name, document, accepted }) => {
      const { verifier, events } = open('EdDSA', document)
      await verifier.ready()
      const [stats] = verifier.stats().revocations
      verifier.close()
      expect([name, stats?.version !== null]).toEqual([name, accepted])
      if (!accepted) expect(events).toContain('revocations_failed')
    })
    await Promise.all(taken)
  })

  it.each(vectors.revocations)('judges a token by a document: $name', async (vector) => {
    const found = vectors.documents.find(({ name }) => name === vector.document)
    const { verifier } = open('EdDSA', found?.document)
    await verifier.ready()
    expect(await judge(verifier.verify(vector.token))).toEqual(vector.expected)
    verifier.close()
  })

  it('has a manifest whose segments are named by their bytes', async () => {
    const { manifest, segments, revoked } = vectors.manifest
    const [jwk] = keySets.EdDSA.keys
    const { payload, protectedHeader } = await compactVerify(
      manifest,
      await importJWK({ ...jwk }, 'EdDSA'),
    )
    expect(protectedHeader.typ).toBe('revocation-manifest+jwt')
    const claims = JSON.parse(Buffer.from(payload).toString())
    expect([...claims.sids, ...claims.subs]).toEqual(
      segments.map(({ name, size, start, length }) => [name, size, start, length]),
    )
    for (const { name, bytes, size } of segments) {
      const content = Buffer.from(bytes, 'base64')
      expect(content).toHaveLength(size)
      expect(createHash('sha256').update(content).digest('base64url').slice(0, 22)).toBe(name)
    }
    for (const [kind, length, at] of [
      ['sid', 16, 0],
      ['sub', 32, 1],
    ] as const) {
      const held = Buffer.from(segments[at]?.bytes ?? '', 'base64').toString('hex')
      for (const id of revoked[`${kind}s`]) {
        const entry = Buffer.from(await toRevocationEntry(issuer, kind, id), 'base64url')
        expect(held).toContain(entry.subarray(0, length).toString('hex'))
      }
    }
  })
})
