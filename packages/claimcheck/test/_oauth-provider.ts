/** An OAuth 2 provider on this machine, where everybody is the same person. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OauthProvider {
  readonly url: string
  /**
   * Approves the request that an authorization address makes; gives the address to come back to.
   */
  approve(authorizationUrl: string): URL
  close(): Promise<void>
}

export async function startOauthProvider(profile: {
  sub: string
  email: string
}): Promise<OauthProvider> {
  const code = crypto.randomUUID()
  const accessToken = crypto.randomUUID()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      const knows = request.headers.authorization === `Bearer ${accessToken}`
      const answer =
        request.url === '/token' && form.get('code') === code
          ? { access_token: accessToken, token_type: 'Bearer', expires_in: 3600 }
          : request.url === '/userinfo' && knows
            ? { id: profile.sub, ...profile, email_verified: true, name: 'Person' }
            : null
      response.writeHead(answer ? 200 : 401, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer ?? { error: 'invalid_grant' }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // A server that listens on TCP has one.
  return {
    url: `http://127.0.0.1:${port}`,
    approve(authorizationUrl) {
      const asked = new URL(authorizationUrl).searchParams
      const back = new URL(asked.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', asked.get('state') ?? '')
      return back
    },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
