/**
 * Lets a request through once its body is there, so that a slow or a large one costs no more than its
 * bytes: what is behind the gate would otherwise wait for it, and keep up to 10 MB of it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { serverLimits } from '../auth/limits/limits.js'
import { refuse } from './refuse.js'

export interface BodyGate {
  /** Calls `next` when the body is complete, or answers itself. */
  pass(request: IncomingMessage, response: ServerResponse, next: () => void): void
  /** Whether a request says itself that it is too large. */
  isTooLarge(request: IncomingMessage): boolean
}

export interface BodyGateOptions {
  /** Bytes of one body. Default: 64 KiB. */
  readonly most?: number
  /** Bytes of all bodies that are not complete, with what keeping them takes. Default: 16 MiB. */
  readonly mostUnfinished?: number
}

/** Bytes that each piece takes beside its own, and how many are kept apart: a body may come byte by byte. */
const PIECE_COST = 400
const MOST_PIECES = 16

export function createBodyGate(options: BodyGateOptions = {}): BodyGate {
  const { most = serverLimits.body, mostUnfinished = serverLimits.unfinishedBodies } = options
  let unfinished = 0
  /** What each of them would be told, the oldest first. */
  const waiting = new Map<IncomingMessage, () => void>()

  /** Who sends a body for its own sake is done in no time, so the oldest make room. */
  function makeRoom(): void {
    for (const giveUp of waiting.values()) {
      if (unfinished <= mostUnfinished) return
      giveUp()
    }
  }

  function isTooLarge({ headers }: IncomingMessage): boolean {
    return Number(headers['content-length'] ?? 0) > most
  }

  return {
    isTooLarge,
    pass(request, response, next) {
      if (isTooLarge(request)) return refuse(response, 'body_too_large')
      if (!hasBody(request)) return next()
      let pieces: Buffer[] = []
      let size = 0
      let held = 0
      let isSettled = false
      const hold = (bytes: number) => {
        unfinished += bytes - held
        held = bytes
      }
      const settle = (then?: () => void) => {
        if (isSettled) return
        isSettled = true
        hold(0)
        pieces = []
        waiting.delete(request)
        then?.()
      }
      waiting.set(request, () => settle(() => refuse(response, 'overloaded')))
      const push = request.push.bind(request)
      // The parser hands over each piece here, and nobody reads before the last one.
      request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
        if (isSettled) return push(chunk, encoding)
        if (chunk === null) {
          if (size > 0) push(Buffer.concat(pieces))
          push(null)
          settle(next)
          return false
        }
        pieces.push(chunk)
        if (pieces.length >= MOST_PIECES) pieces = [Buffer.concat(pieces)]
        size += chunk.length
        hold(size + pieces.length * PIECE_COST)
        makeRoom()
        if (size > most) settle(() => refuse(response, 'body_too_large'))
        // Taken in any case, up to the bound above.
        return true
      }
      request.once('close', () => settle())
    },
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
