/** What becomes of a body that nobody read, because the request was answered before. */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { LARGEST_BODY } from './body.js'

/**
 * Milliseconds and bytes for which a client that goes on sending is listened to, so that it gets to read its answer.
 */
const LINGER_MS = 1000
const MOST_LINGERING = 4 * 1024 * 1024

/**
 * Whether more is to come than is worth reading. A body whose announced length is one that is taken is read to its
 * end by Node, and the connection serves the next request.
 */
export function isBodyLeft(incoming: IncomingMessage): boolean {
  if (incoming.complete) return false
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  return encoding !== undefined || Number(length ?? 0) > LARGEST_BODY
}

/**
 * Lets the connection end behind the answer, which has to say `Connection: close`. Closing at once would make the
 * kernel reset it, and a client that is still sending would never see the answer (RFC 9112 §9.6).
 */
export function closeAfterAnswer(incoming: IncomingMessage): void {
  const { socket } = incoming
  // This is what Node calls on a connection behind its last answer.
  socket.destroySoon = () => linger(incoming, socket)
}

function linger(incoming: IncomingMessage, socket: Socket): void {
  socket.end()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  const limit = socket.bytesRead + MOST_LINGERING
  incoming.removeAllListeners('data')
  incoming.on('data', () => {
    if (socket.bytesRead > limit) socket.destroy()
  })
  incoming.on('error', () => {})
  incoming.once('end', () => socket.destroy())
  incoming.resume()
  socket.once('close', () => clearTimeout(timer))
}
