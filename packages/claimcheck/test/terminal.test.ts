/** A person signs a program in, which runs in a terminal, and ends its session from elsewhere: all of it over HTTP. */
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { bearer } from '../src/adapters/node.js'
import { stopIssuer } from '../src/better-auth/index.js'
import { createVerifier } from '../src/index.js'
import { openBrowser } from './_better-auth.js'
import { app, auth } from './elsewhere.example.js'

it('bearer sessions and device authorization serve a command-line client, until the session is ended', async () => {
  const issuer = await listen(serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server)
  const verifier = createVerifier({
    issuer: 'https://app.example.com',
    audience: 'https://api.example.com',
    jwksUrl: `${issuer}/api/auth/jwks`,
  })
  const api = await listen(
    createServer(
      bearer(verifier, ({ subject }, _, response) => {
        response.end(JSON.stringify({ subject }))
      }),
    ).listen(0, '127.0.0.1'),
  )
  const person = openBrowser(auth.handler)
  const account = { name: 'Ada', email: 'ada@example.com', password: 'a long password' }
  const signedUp = await person.send('POST', '/sign-up/email', account)
  const { user }: { user: { id: string } } = await signedUp.json()

  const path = fileURLToPath(new URL('_terminal-program.ts', import.meta.url))
  const program = spawn(process.execPath, ['--import', 'tsx', path, issuer, api], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    program.kill()
    verifier.close()
    await stopIssuer(auth)
  })
  const lines: string[] = []
  for await (const line of createInterface({ input: program.stdout })) {
    const code = /and confirm (\S+)\.$/.exec(line)?.[1]
    if (code !== undefined) {
      expect((await person.send('GET', `/device?user_code=${code}`)).status).toBe(200)
      expect((await person.send('POST', '/device/approve', { userCode: code })).status).toBe(200)
      continue
    }
    lines.push(line)
    if (line.startsWith('the token')) {
      expect((await person.send('POST', '/revoke-other-sessions', {})).status).toBe(200)
      program.stdin.write('again\n')
    }
  }
  expect(lines).toEqual([
    'the session itself: 401 token_malformed',
    `the token: 200 ${user.id}`,
    'afterwards: 401 token_revoked',
    'another token: Signed out. Sign in again.',
  ])
})

/** Waits for the address of a server, which ends with the test. */
async function listen(server: Server): Promise<string> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // A server that listens on TCP has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
