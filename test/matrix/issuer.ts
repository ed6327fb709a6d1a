/** A test issuer behind a port, so that every runtime fetches from it as it would in earnest. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestIssuer, type TestIssuer } from 'claimcheck/testing'

export interface ServedIssuer {
  issuer: TestIssuer
  /** While true, nothing is answered but 503. */
  isAway: boolean
  close(): Promise<void>
}

const anyOrigin = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers': 'Cache-Control, If-None-Match',
  'Access-Control-Expose-Headers': 'ETag, Retry-After, Date, Age',
}

export async function serveIssuer(): Promise<ServedIssuer> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request
    // For the page among the runtimes, which is of another origin.
    for (const [name, value] of Object.entries(anyOrigin)) response.setHeader(name, value)
    if (method === 'OPTIONS') return void response.writeHead(204).end()
    if (served.isAway) return void response.writeHead(503).end()
    const ending = new AbortController()
    response.on('close', () => ending.abort())
    const etag = headers['if-none-match']
    const answer = await served.issuer
      .fetch(`${base}${url}`, {
        method,
        headers: etag === undefined ? {} : { 'If-None-Match': etag },
        signal: ending.signal,
      })
      .catch(() => new Response(null, { status: 503 }))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const served: ServedIssuer = {
    issuer: await createTestIssuer({ issuer: base, audience: 'https://api.test' }),
    isAway: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return served
}
