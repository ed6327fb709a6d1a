/** Writes packages/claimcheck/vectors.json: tokens, key sets, feed documents and digests, with what becomes of each. */

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AuthErrorMeaning, authErrors, toRevocationEntry } from 'claimcheck'
import { createMeans, createTestIssuer, hostileCases } from 'claimcheck/testing'
import { root } from './start/data-dir.js'

const issuer = 'https://app.example.com'
const audience = 'https://api.example.com'
/** Seconds since 1970, at which everything is judged unless it says otherwise. */
const NOW = 1_800_000_000

type Expected =
  | { status: 200; subject: string; sessionId: string | null }
  | { status: number; code: string; challenge: string | null }

const names = { issuer, audience, now: () => NOW * 1_000 }
const [edDsa, rsa] = [
  await createTestIssuer(names),
  await createTestIssuer({ ...names, algorithm: 'RS256' }),
]
const forAda = { sub: 'ada', sid: 'session-1', jti: 'token-1' }
const accepted: Expected = { status: 200, subject: 'ada', sessionId: 'session-1' }

const vectors = {
  says: 'Made by scripts/vectors.ts of Claimcheck; docs/contract.md says what each member is.',
  issuer,
  audience,
  now: NOW,
  keySets: { EdDSA: edDsa.jwks, RS256: rsa.jwks },
  tokens: [
    await toGood('a token of a person', edDsa.sign(forAda)),
    await toGood('the same with RS256', rsa.sign(forAda), { keySet: 'RS256' }),
    await toGood('the type JWT', edDsa.sign(forAda, { header: { typ: 'JWT' } })),
    await toGood('our audience among others', edDsa.sign({ ...forAda, aud: ['x', audience] })),
    await toGood('no session', edDsa.sign({ ...forAda, sid: undefined }), {
      expected: { ...accepted, sessionId: null },
    }),
    await toGood(
      'four seconds past its end',
      edDsa.sign({ ...forAda, exp: NOW - 4, iat: NOW - 904 }),
    ),
    await toGood('a minute ahead of us', edDsa.sign({ ...forAda, iat: NOW + 60 })),
    await toGood('a claim of the application', edDsa.sign({ ...forAda, role: 'admin' })),
    await toGood('an id of 255 characters', edDsa.sign({ ...forAda, sub: 'a'.repeat(255) }), {
      expected: { ...accepted, subject: 'a'.repeat(255) },
    }),
  ],
  requests: await listRequests(),
  errors: listErrors(),
  digests: await Promise.all(
    (
      [
        ['sid', 'session-1'],
        ['sub', 'ada'],
        ['sub', 'Ada Łovelace 阿达'],
        ['sid', 'ada'],
      ] as const
    ).map(async ([kind, id]) => ({
      issuer,
      kind,
      id,
      text: `${issuer}|${kind}|${id}`,
      entry: await toRevocationEntry(issuer, kind, id),
    })),
  ),
  documents: await listDocuments(),
  revocations: await listRevocations(),
  manifest: await makeManifest(),
}

await writeFile(
  join(root, 'packages/claimcheck/vectors.json'),
  `${JSON.stringify(vectors, null, 2)}\n`,
)

async function toGood(
  name: string,
  token: Promise<string>,
  {
    keySet = 'EdDSA',
    expected = accepted,
  }: { keySet?: 'EdDSA' | 'RS256'; expected?: Expected } = {},
) {
  return { name, keySet, token: await token, expected }
}

/** What each refusal is called: the members of its problem document that never change. */
function listErrors() {
  return Object.entries<AuthErrorMeaning>(authErrors).map(([code, meaning]) => {
    const { status, title, detail, challenge = status === 401 ? 'none' : null } = meaning
    return { code, status, title, detail, challenge }
  })
}

/** The catalogue of hostile requests, as far as the key set above is what the issuer publishes. */
async function listRequests() {
  const means = await createMeans(edDsa)
  const fitting = hostileCases.filter(
    ({ needs, only = 'EdDSA' }) => needs !== 'the key set' && only === 'EdDSA',
  )
  return await Promise.all(
    fitting.map(async (one) => {
      const { headers, query } = await one.hostile(means)
      const { id, says, source, expected } = one
      return { id, says, source, headers, ...(query !== undefined && { query }), expected }
    }),
  )
}

async function listDocuments() {
  const lists = {
    sids: [await toRevocationEntry(issuer, 'sid', 'session-1')],
    subs: [await toRevocationEntry(issuer, 'sub', 'bob')],
    notBefore: 0,
  }
  const claims = { aud: 'claimcheck:revocations', iat: NOW - 1, exp: NOW + 59, ...lists }
  const header = { typ: 'revocations+jwt' }
  const other = await createTestIssuer(names)
  const cases = [
    ['a session and a person', claims, header, true],
    ['nothing revoked', { ...claims, sids: [], subs: [] }, header, true],
    ['everything before now', { ...claims, sids: [], subs: [], notBefore: NOW }, header, true],
    ['no type', claims, {}, false],
    ['the type of a token', claims, { typ: 'JWT' }, false],
    ['another audience', { ...claims, aud: audience }, header, false],
    ['another issuer', { ...claims, iss: `${issuer}/` }, header, false],
    ['two minutes in the future', { ...claims, iat: NOW + 120, exp: NOW + 180 }, header, false],
    ['no list of people', { ...claims, subs: undefined }, header, false],
    ['a number for a list', { ...claims, sids: 1 }, header, false],
    ['no notBefore', { ...claims, notBefore: undefined }, header, false],
  ] as const
  const signed = await Promise.all(
    cases.map(async ([name, content, typ, isAccepted]) => ({
      name,
      document: await edDsa.sign(content, { header: typ }),
      accepted: isAccepted,
    })),
  )
  const forged = await other.sign(claims, { header: { ...header, kid: edDsa.keyId } })
  return [...signed, { name: 'signed by somebody else', document: forged, accepted: false }]
}

/** Tokens and documents together. */
async function listRevocations() {
  const revoked = { status: 401, code: 'token_revoked', challenge: 'invalid_token' }
  const [both, none, brake] = ['a session and a person', 'nothing revoked', 'everything before now']
  const bob = { ...forAda, sub: 'bob', sid: 'session-2' }
  return await Promise.all(
    (
      [
        ['the session has ended', both, forAda, revoked],
        ['the person was deleted', both, bob, revoked],
        ['nobody was revoked', none, forAda, accepted],
        [
          'another session of the same person',
          both,
          { ...forAda, sid: 'session-3' },
          { ...accepted, sessionId: 'session-3' },
        ],
        ['issued before the brake', brake, { ...forAda, iat: NOW - 1 }, revoked],
        ['issued at the brake', brake, { ...forAda, iat: NOW }, accepted],
        [
          'no session, and somebody else',
          both,
          { ...forAda, sid: undefined },
          { ...accepted, sessionId: null },
        ],
      ] as const
    ).map(async ([name, document, claims, expected]) => ({
      name,
      document,
      token: await edDsa.sign(claims),
      expected,
    })),
  )
}

/** A manifest with a segment of each kind. Session entries are cut to 16 bytes, those of people are whole. */
async function makeManifest() {
  const toBytes = async (kind: 'sid' | 'sub', ids: readonly string[], length: number) => {
    const entries = await Promise.all(ids.map((id) => toRevocationEntry(issuer, kind, id)))
    const cut = entries.map((entry) => Buffer.from(entry, 'base64url').subarray(0, length))
    return Buffer.concat(cut.sort(Buffer.compare))
  }
  const toSegment = (bytes: Buffer, start: number) => ({
    name: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    bytes: bytes.toString('base64'),
    size: bytes.length,
    start,
    length: 1,
  })
  const sids = toSegment(await toBytes('sid', ['session-1', 'session-2'], 16), NOW * 4 - 8)
  const subs = toSegment(await toBytes('sub', ['bob'], 32), NOW * 4 - 8)
  const toListed = ({ name, size, start, length }: typeof sids) => [name, size, start, length]
  const claims = {
    aud: 'claimcheck:revocations',
    iat: NOW - 1,
    exp: NOW + 59,
    notBefore: 0,
    retention: 990,
    sids: [toListed(sids)],
    subs: [toListed(subs)],
  }
  return {
    manifest: await edDsa.sign(claims, { header: { typ: 'revocation-manifest+jwt' } }),
    segments: [sids, subs],
    revoked: { sids: ['session-1', 'session-2'], subs: ['bob'] },
  }
}
