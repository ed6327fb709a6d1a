/** Verifying: ours hot and cold against its peers, same keys, same tokens, in turns within one run. */
import { createPublicKey, type KeyObject, verify as verifyRaw } from 'node:crypto'
import { JwtVerifier } from 'aws-jwt-verify'
import { type Algorithm, createVerifier } from 'claimcheck'
import { createTestIssuer } from 'claimcheck/testing'
import { createVerifier as createFastVerifier } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { type Bar, printBars, printTable, type Row } from './table.js'

/** How many tokens there are, and how many turns each contender gets. The best turn counts: noise only slows. */
const TOKENS = 2_000
const HOT_TOKENS = 100
const TURNS = 25
const TURN_MILLISECONDS = 100

/** Something that verifies: one token at a time where it is asked to, else eight in flight. */
interface Contender {
  readonly name: string
  readonly inFlight: 1 | 8
  readonly tokens: readonly Buffer[]
  readonly verify: (token: string) => unknown
  /** Called before each turn, to forget what was learnt. */
  readonly reset?: () => void
}

export async function benchVerify(): Promise<boolean> {
  const bars = [...(await measure('EdDSA')), ...(await measure('RS256'))]
  return printBars('Bars', bars)
}

async function measure(algorithm: Algorithm): Promise<Bar[]> {
  const issuer = await createTestIssuer({ algorithm })
  const claim = (index: number) => ({
    sub: crypto.randomUUID(),
    sid: crypto.randomUUID(),
    jti: `${index}`,
  })
  const signed = await Promise.all(
    Array.from({ length: TOKENS }, (_, index) => issuer.sign(claim(index))),
  )
  // Kept as bytes, so that each request decodes a string that no map has seen or hashed.
  const tokens = signed.map((token) => Buffer.from(token))
  const hotTokens = tokens.slice(0, HOT_TOKENS)

  const hot = createVerifier(issuer.options)
  const cold = createVerifier({ ...issuer.options, cacheSize: 0 })
  const keySet = createLocalJWKSet({ keys: [...issuer.jwks.keys] })
  const [jwk = {}] = issuer.jwks.keys
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const { issuer: iss, audience: aud } = issuer.options
  const checks = { issuer: iss, audience: aud, algorithms: [algorithm] }
  const viaJose = (token: string) => jwtVerify(token, keySet, checks)
  const fastChecks = {
    key: async () => pem,
    algorithms: [algorithm],
    allowedIss: iss,
    allowedAud: aud,
  }
  const fast = createFastVerifier({ ...fastChecks, cache: false })
  const fastCached = createFastVerifier({ ...fastChecks, cache: 10_000 })
  const aws = JwtVerifier.create({ issuer: iss, audience: aud, jwksUri: issuer.options.jwksUrl })
  aws.cacheJwks({ keys: issuer.jwks.keys } as Parameters<typeof aws.cacheJwks>[0])
  for (const token of hotTokens) {
    await hot.verify(token.toString('latin1'))
    await hot.verify(token.toString('latin1'))
    await fastCached(token.toString('latin1'))
  }

  const one = { inFlight: 1, tokens: hotTokens } as const
  const eight = { inFlight: 8, tokens } as const
  const contenders: Contender[] = [
    { name: 'jose', ...one, verify: viaJose },
    { name: 'claimcheck, hot', ...one, verify: (token) => hot.verify(token) },
    { name: 'fast-jwt, cached', ...one, verify: fastCached },
    { name: 'fast-jwt', ...one, verify: fast },
    { name: 'aws-jwt-verify', ...one, verify: (token) => aws.verify(token) },
    ...(algorithm === 'RS256'
      ? [
          {
            name: 'jsonwebtoken',
            ...one,
            verify: (token: string) =>
              jsonwebtoken.verify(token, pem, {
                issuer: iss,
                audience: aud,
                algorithms: ['RS256'],
              }),
          },
        ]
      : []),
    { name: 'jose, 8 in flight', ...eight, verify: viaJose },
    { name: 'claimcheck, cold, 8 in flight', ...eight, verify: (token) => cold.verify(token) },
    { name: 'fast-jwt, 8 in flight', ...eight, verify: fast },
    {
      name: 'node:crypto alone, 8 in flight',
      ...eight,
      verify: (token) => verifyBare(token, publicKey, algorithm),
    },
  ]
  const best = await takeTurns(contenders)
  const row = (name: string): Row => ({ name, perSecond: best.get(name) ?? 0 })
  const ratio = (name: string, to: string) => row(name).perSecond / row(to).perSecond
  printTable(
    `${algorithm}: one at a time, each token a fresh string`,
    contenders.filter(({ inFlight }) => inFlight === 1).map(({ name }) => row(name)),
  )
  printTable(
    `${algorithm}: eight in flight, nothing remembered`,
    contenders.filter(({ inFlight }) => inFlight === 8).map(({ name }) => row(name)),
  )

  const isEdDSA = algorithm === 'EdDSA'
  return [
    {
      name: `${algorithm} hot against jose`,
      measured: ratio('claimcheck, hot', 'jose'),
      asked: isEdDSA ? 100 : 60,
    },
    {
      name: `${algorithm} hot against the cache of fast-jwt`,
      measured: ratio('claimcheck, hot', 'fast-jwt, cached'),
      asked: isEdDSA ? 2 : 1.5,
    },
    {
      name: `${algorithm} cold against node:crypto alone`,
      measured: ratio('claimcheck, cold, 8 in flight', 'node:crypto alone, 8 in flight'),
      asked: 0.8,
    },
    {
      name: `${algorithm} cold against jose`,
      measured: ratio('claimcheck, cold, 8 in flight', 'jose, 8 in flight'),
      asked: 0.95,
    },
  ]
}

/** In turns, so that a slow moment of the machine meets all of them. */
async function takeTurns(contenders: readonly Contender[]): Promise<Map<string, number>> {
  const best = new Map<string, number>()
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const contender of contenders) {
      const perSecond = await takeTurn(contender)
      // The first turn only warms up.
      if (turn > 0) best.set(contender.name, Math.max(perSecond, best.get(contender.name) ?? 0))
    }
    process.stderr.write('.')
  }
  process.stderr.write('\n')
  return best
}

async function takeTurn({ inFlight, tokens, verify }: Contender): Promise<number> {
  const started = performance.now()
  const end = started + TURN_MILLISECONDS
  let count = 0
  async function work(): Promise<void> {
    while (performance.now() < end) {
      for (let index = 0; index < 50; index += 1) {
        await verify((tokens[count % tokens.length] as Buffer).toString('latin1'))
        count += 1
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  return (count / (performance.now() - started)) * 1_000
}

/** The floor: splitting, decoding and the signature in the thread pool, with no check of anything else. */
function verifyBare(token: string, key: KeyObject, algorithm: Algorithm): Promise<boolean> {
  const dot = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  const content = Buffer.from(token.slice(0, dot))
  return new Promise((resolve, reject) => {
    verifyRaw(algorithm === 'RS256' ? 'sha256' : null, content, key, signature, (error, isGood) => {
      if (error) reject(error)
      else resolve(isGood)
    })
  })
}
