/**
 * Followers in a process of their own, for the bench of the feed: address and number in argv. Told how many sessions
 * have ended, it says how long it took until the slowest of them knew.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { createVerifier } from 'claimcheck'

const [, , address = '', count = '1'] = process.argv
let bytes = 0

const verifiers = Array.from({ length: Number(count) }, () =>
  createVerifier({
    issuer: 'http://issuer.test',
    audience: 'http://api.test',
    jwksUrl: `${address}/api/auth/jwks`,
    revocations: { url: `${address}/api/auth/revocations` },
    fetch: countingFetch,
    log: false,
  }),
)
await Promise.all(verifiers.map((verifier) => verifier.ready()))
process.send?.('ready')

process.on('message', async (asked: { known?: number }) => {
  if (asked.known === undefined) {
    const { rss, arrayBuffers } = process.memoryUsage()
    process.send?.({ bytes, cpu: process.cpuUsage(), rss, arrayBuffers })
    return
  }
  const since = performance.now()
  while (verifiers.some((verifier) => size(verifier) < (asked.known ?? 0))) await wait(5)
  process.send?.({ took: performance.now() - since })
})
process.on('disconnect', () => process.exit(0))

function size(verifier: (typeof verifiers)[number]): number {
  return verifier.stats().revocations[0]?.size ?? 0
}

/** Counts bodies as they arrive, and what their headers take. */
async function countingFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  for (const [name, value] of response.headers) bytes += name.length + value.length + 4
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength
        controller.enqueue(chunk)
      },
    }),
  )
  return new Response(counted ?? null, response)
}
