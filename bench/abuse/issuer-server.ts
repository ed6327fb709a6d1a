/** An issuer on a port, with keys and a feed, that can be away. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestIssuer, type TestIssuer } from 'claimcheck/testing'

export interface IssuerServer {
  readonly issuer: TestIssuer
  readonly url: string
  /** While it is away it ends every connection. */
  setAway(isAway: boolean): void
  close(): void
}

export async function serveIssuer(): Promise<IssuerServer> {
  const issuer = await createTestIssuer()
  let isAway = false
  const server = createServer(async (request, response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const answer = await issuer.fetch(new URL(request.url ?? '/', issuer.options.issuer), {
      headers: { 'If-None-Match': request.headers['if-none-match'] ?? '' },
      signal: gone.signal,
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  server.on('connection', (socket) => {
    if (isAway) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    issuer,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setAway: (next) => {
      isAway = next
      if (isAway) server.closeAllConnections()
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
