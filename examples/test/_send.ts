/** Sends a request exactly as an attacker would: repeated headers too, which `fetch` would join. */
import { type IncomingMessage, request } from 'node:http'
import type { Attempt, HostileAnswer } from 'claimcheck/testing'

export async function send(address: string, { headers, query }: Attempt): Promise<HostileAnswer> {
  const { host, hostname, port, pathname } = new URL(address)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({
      hostname,
      port,
      path: query === undefined ? pathname : `${pathname}?${query}`,
      headers: ['Host', host, 'Connection', 'close', ...headers.flat()],
    })
      .on('response', resolve)
      .on('error', reject)
      .end()
  })
  const text = (await response.setEncoding('utf8').toArray()).join('')
  const { code }: { code?: string } = JSON.parse(text)
  return {
    status: response.statusCode ?? 0,
    code: code ?? null,
    challenge: response.headers['www-authenticate'] ?? null,
  }
}
