import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { ApiError } from '../errors.js'
import { toProblem } from './problem.js'
import { answerUnreadable } from './unreadable.js'

const problem = toProblem(new ApiError('request_malformed'), { requestId: 'r', hints: false })

/** What somebody reads who has sent `sent` when Node gives up with `code`. */
async function readAnswer(sent: string, code: string): Promise<string> {
  const server = createServer((socket) => {
    if (sent === '') answerUnreadable(socket, code, problem)
    else socket.once('data', () => answerUnreadable(socket, code, problem))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(sent)
  const answer = await text(socket)
  server.close()
  return answer
}

it('says nothing on a connection that was not used in time, as browsers keep one at hand', async () => {
  expect(await readAnswer('', 'ERR_HTTP_REQUEST_TIMEOUT')).toBe('')
})

it.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', 400],
  ['HPE_INVALID_METHOD', 400],
  ['HPE_HEADER_OVERFLOW', 431],
])('answers what was sent and ended in %s with %i', async (code, status) => {
  const answer = await readAnswer('GET / HT', code)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('"code":"request_malformed"')
})
