/** Ten thousand made-up key ids a second for twenty seconds: what they cost the issuer, the heap, and other people. */
import { setTimeout as wait } from 'node:timers/promises'
import { createVerifier, type Verifier } from 'claimcheck'
import { createTestIssuer, type TestIssuer } from 'claimcheck/testing'
import { printBars } from './table.js'

const SECONDS = 20
const PER_TICK = 100
const TICK_MILLISECONDS = 10
const ROTATIONS = 10

export async function benchFlood(): Promise<boolean> {
  const issuer = await createTestIssuer()
  const verifier = createVerifier(issuer.options)
  await verifier.ready()
  const tokens = await Promise.all(
    Array.from({ length: 50 }, (_, index) => issuer.sign({ sub: `user-${index}` })),
  )
  for (const token of tokens) await verifier.verify(token)
  const forge = createForger(tokens[0] ?? '')

  // The same work without a key id nobody knows: what other people feel is the flood, not the arithmetic.
  const calm = await measure(verifier, issuer, tokens, () => verifier.verify('not.a.token'))
  const heapBefore = readHeap()
  const requestsBefore = issuer.requests
  const flood = await measure(verifier, issuer, tokens, () => verifier.verify(forge()))
  const requests = (issuer.requests - requestsBefore) / SECONDS
  await wait(500)
  const heapGrowth = (readHeap() - heapBefore) / 1024 / 1024

  console.log(
    `\n${PER_TICK * (1_000 / TICK_MILLISECONDS)} made-up key ids a second for ${SECONDS} s, ${ROTATIONS} rotations meanwhile`,
  )
  console.log(
    `  other people: p99 ${calm.p99.toFixed(3)} ms before, ${flood.p99.toFixed(3)} ms during`,
  )
  console.log(`  refused or put off wrongly: ${flood.failures} of ${flood.honest}`)
  return printBars('Bars', [
    {
      name: 'requests to the issuer',
      measured: requests,
      asked: 4.2,
      atMost: true,
      unit: 'a second',
    },
    { name: 'heap growth', measured: heapGrowth, asked: 10, atMost: true, unit: 'MiB' },
    { name: "other people's p99", measured: flood.p99 / calm.p99, asked: 2, atMost: true },
    {
      name: 'honest tokens turned away',
      measured: flood.failures,
      asked: 0,
      atMost: true,
      unit: '',
    },
  ])
}

async function measure(
  verifier: Verifier,
  issuer: TestIssuer,
  tokens: readonly string[],
  attack: () => Promise<unknown>,
) {
  const waits: number[] = []
  const newcomers: Promise<unknown>[] = []
  let failures = 0
  const ticks = (SECONDS * 1_000) / TICK_MILLISECONDS
  const started = performance.now()
  for (let tick = 0; tick < ticks; tick += 1) {
    for (let count = 0; count < PER_TICK; count += 1) void attack().catch(() => undefined)
    if (tick % (ticks / ROTATIONS) === 50) {
      await issuer.rotate()
      // The first token of a new key waits for it, and passes; it is counted, not timed.
      const fresh = await issuer.sign({ sub: 'newcomer' })
      newcomers.push(verifier.verify(fresh).catch(() => (failures += 1)))
    }
    const token = tokens[tick % tokens.length] ?? ''
    const since = performance.now()
    await verifier.verify(token).catch(() => (failures += 1))
    waits.push(performance.now() - since)
    await wait(Math.max(0, started + tick * TICK_MILLISECONDS - performance.now()))
  }
  await Promise.all(newcomers)
  waits.sort((one, other) => one - other)
  return {
    p99: waits[Math.floor(waits.length * 0.99)] ?? 0,
    failures,
    honest: waits.length + newcomers.length,
  }
}

/** A good token under a key id that was never seen. */
function createForger(token: string): () => string {
  const [, payload, signature] = token.split('.')
  let count = 0
  return () => {
    count += 1
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: `made-up-${count}` })).toString(
      'base64url',
    )
    return `${header}.${payload}.${signature}`
  }
}

function readHeap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
