/**
 * Followers in a process of their own, for the bench of the feed: an address and how many in argv. Asked by a
 * message, it tells what they have cost so far, and from when on all of them knew how much.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { createVerifier } from 'claimcheck'
import type { FollowersUsage, Known } from './messages.js'

/** So long after an answer it is looked how much they know, in milliseconds. A timer would cost more than they do. */
const LOOKS = [5, 40]

const [, , address = '', count = '1'] = process.argv
const sockets = new Set<Socket>()
let closedBytes = 0
let known: Known[] = []
let least = -1

// What undici, the fetch of Node, tells of its connections: every byte that arrives, headers included.
subscribe('undici:client:connected', (message) => {
  // https://undici.nodejs.org/#/docs/api/DiagnosticsChannel: the message holds the socket.
  const { socket } = message as { socket: Socket }
  sockets.add(socket)
  socket.once('close', () => {
    sockets.delete(socket)
    closedBytes += socket.bytesRead
  })
})

const verifiers = Array.from({ length: Number(count) }, () =>
  createVerifier({
    issuer: 'http://issuer.test',
    audience: 'http://api.test',
    jwksUrl: `${address}/api/auth/jwks`,
    revocations: { url: `${address}/api/auth/revocations` },
    log: false,
  }),
)
const memoryBefore = readMemory()
await Promise.all(verifiers.map(untilReady))
subscribe('undici:request:trailers', () => {
  for (const delay of LOOKS) setTimeout(look, delay)
})
look()

function look(): void {
  const sizes = verifiers.map((verifier) => verifier.stats().revocations[0]?.size ?? 0)
  const size = Math.min(...sizes)
  if (size <= least) return
  least = size
  known.push({ size, at: Date.now() })
}

/** An issuer that has just started may be slow. */
async function untilReady(verifier: (typeof verifiers)[number]): Promise<void> {
  await verifier.ready().catch(() => untilReady(verifier))
}

process.on('message', (question) => {
  const usage: FollowersUsage = {
    bytes: [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, closedBytes),
    requests: verifiers.reduce((sum, one) => sum + (one.stats().revocations[0]?.requests ?? 0), 0),
    cpu: process.cpuUsage(),
    known,
    // Collected only when asked for: it takes time that followers do not take.
    memory: question === 'memory' ? readMemory() - memoryBefore : 0,
  }
  known = []
  process.send?.(usage)
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

function readMemory(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
