/** Whether the issuer publishes keys that a verifier can use. */
import { createVerifier } from '../../index.js'
import { describe, type Examination, isLoopback, isPage } from './examination.js'

/** What was published, as far as it can be used. */
export interface PublishedKeys {
  readonly body: string
  readonly keyIds: readonly string[]
  /** Seconds by which the clock of the issuer is ahead of ours. */
  readonly clockAhead: number | null
}

const basePath =
  'Better Auth serves its keys at {baseURL}{basePath}/jwks, and basePath is /api/auth unless configured. Name the right address with --auth or --jwks, and as jwksUrl of the verifier.'

/** Looks at the key set. Null where there is none to verify with. */
export async function examineKeys(examination: Examination): Promise<PublishedKeys | null> {
  const { subject, add, ask } = examination
  const url = new URL(subject.jwks)
  if (url.protocol === 'http:' && !isLoopback(url)) {
    add(
      'issuer-http',
      'fault',
      'The keys come over plain http: whoever sits between can replace them.',
      {
        evidence: [subject.jwks],
        cure: 'Serve the issuer over https. On a private network, allowHttp: true accepts the risk.',
      },
    )
  }
  const reply = await ask(url, { headers: { accept: 'application/json' } })
  const evidence = [describe('GET', url, reply)]
  const fault = (id: string, says: string, cure: string) => {
    add(id, 'fault', says, { evidence, cure })
    return null
  }
  if (reply.failed !== null) {
    add('issuer-unreachable', 'unknown', 'The issuer cannot be reached.', {
      evidence,
      cure: 'Start it, or correct the address. From a container, localhost is the container: use the name of the service as jwksUrl.',
    })
    return null
  }
  if (reply.status === 404) {
    return fault(
      'jwks-not-found',
      'There is no key set at this address.',
      `${basePath} Without jwt() in its plugins there is none: claimcheck() brings it.`,
    )
  }
  if (reply.status >= 300 && reply.status < 400) {
    evidence.push(`it leads to ${reply.headers.get('location') ?? 'nowhere'}`)
    return fault(
      'jwks-redirected',
      'The address of the keys leads somewhere else, and verifiers do not follow.',
      'Configure the address that it leads to.',
    )
  }
  if (reply.status !== 200) {
    return fault(
      'jwks-failing',
      'The issuer fails to give its keys.',
      'Its log says why. Often a table is missing: run the migration of Better Auth after adding claimcheck() to its plugins.',
    )
  }
  if (isPage(reply)) {
    return fault('jwks-html', 'A web page comes where the keys should be.', basePath)
  }
  const published = readKeys(reply.body)
  if (published === null) {
    return fault('jwks-not-json', 'What comes is no key set: expected JSON with "keys".', basePath)
  }
  if (published.length === 0) {
    return fault(
      'jwks-empty',
      'The issuer publishes no key.',
      'The first token makes the first key: sign in and fetch one, or call checkIssuer(auth) at the start.',
    )
  }
  examineCaching(examination, reply.headers.get('cache-control'))
  const { accepted, refused } = await sort(examination, reply.body)
  for (const { keyId, reason } of refused) {
    const named = published.find((key) => key.kid === keyId)?.alg
    if (keyId !== null && typeof named === 'string' && !/^(EdDSA|RS256)$/.test(named)) continue
    add('key-refused', 'fault', 'A published key may not be used to verify.', {
      evidence: [`key ${keyId ?? 'without a usable kid'}: ${reason}`],
      cure: 'Rotate it away: rotateKeys(auth), then delete its row. A private key that was published is known to everybody.',
    })
  }
  const algorithms = [...new Set(published.map((key) => String(key.alg ?? key.kty)))]
  const usable = published.filter(({ kid, alg, kty }) => {
    const algorithm = alg ?? (kty === 'RSA' ? 'RS256' : 'EdDSA')
    return accepted.includes(String(kid)) && subject.algorithms.some((each) => each === algorithm)
  })
  if (usable.length === 0) {
    return fault(
      'algorithm',
      `No key is for an algorithm that is allowed: ${algorithms.join(', ')} published, ${subject.algorithms.join(', ')} allowed.`,
      `Make "algorithm" of claimcheck() and "algorithms" of the verifier agree (EdDSA or RS256). A key of the old algorithm keeps signing until it is gone: rotateKeys(auth).`,
    )
  }
  add(
    'keys',
    'good',
    `The issuer publishes ${published.length === 1 ? 'a key' : `${published.length} keys`} to verify with.`,
    {
      evidence: [`${algorithms.join(', ')} at ${subject.jwks}`],
    },
  )
  return {
    body: reply.body,
    keyIds: usable.map(({ kid }) => String(kid)),
    clockAhead: reply.clockAhead,
  }
}

/** The verifier itself says which keys it takes. */
async function sort({ subject, io }: Examination, body: string) {
  const refused: { keyId: string | null; reason: string }[] = []
  const verifier = createVerifier({
    issuer: subject.issuer,
    audience: subject.audience ?? 'unknown',
    jwksUrl: subject.jwks,
    algorithms: ['EdDSA', 'RS256'],
    allowHttp: true,
    revocations: 'off',
    fetch: async () => new Response(body),
    now: io.now,
    on: (event) => {
      if (event.type === 'key_refused') refused.push(event)
    },
  })
  await verifier.ready().catch(() => {})
  const accepted = verifier.stats().keys.flatMap(({ keyIds }) => keyIds)
  verifier.close()
  return { accepted, refused }
}

function examineCaching({ add, subject }: Examination, header: string | null): void {
  const age = Number(/max-age=(\d+)/.exec(header ?? '')?.[1] ?? 0)
  if (age <= 300) return
  add(
    'jwks-cached-long',
    'warning',
    `Keys may be cached for ${age} s, so a new one may be unknown for that long.`,
    {
      evidence: [`Cache-Control of ${subject.jwks}: ${header}`],
      cure: 'Let caches keep it for a minute: "public, max-age=60", as claimcheck() says.',
    },
  )
}

function readKeys(body: string): Record<string, unknown>[] | null {
  try {
    const value: unknown = JSON.parse(body)
    const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : null
    return Array.isArray(keys)
      ? keys.filter((key) => typeof key === 'object' && key !== null)
      : null
  } catch {
    return null
  }
}
