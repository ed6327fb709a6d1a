/** What becomes of a connection on which Node could not read a request; the app never sees it. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ProblemAnswer } from './problem.js'

/**
 * Answers what was sent, and closes. A connection on which nothing was sent in time, as browsers open one to have it
 * at hand, is closed without a word: a request that sets out at that moment would take the word for its answer.
 *
 * @param code Of Node's error.
 */
export function answerUnreadable(
  socket: Duplex,
  code: string | undefined,
  { headers, body }: ProblemAnswer,
): void {
  const isUnused = socket instanceof Socket && socket.bytesRead === 0
  if (code === 'ECONNRESET' || !socket.writable || isUnused) {
    socket.destroy()
    return
  }
  const isTooLarge = code === 'HPE_HEADER_OVERFLOW'
  const status = isTooLarge ? 431 : 400
  const text = JSON.stringify({ ...body, status })
  const lines = Object.entries({
    ...headers,
    'Content-Length': String(Buffer.byteLength(text)),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const reason = isTooLarge ? 'Request Header Fields Too Large' : 'Bad Request'
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${text}`)
}
