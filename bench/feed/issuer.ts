/** An issuer in its own process for the bench of the feed: a database from the environment, its port to the parent. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { claimcheck, createFeedListener } from 'claimcheck/better-auth'
import pg from 'pg'
import type { IssuerUsage } from './messages.js'

const options = {
  baseURL: 'http://issuer.test',
  secret: 'a-secret-for-a-bench-that-is-long-enough-0123456789',
  database: new pg.Pool({ connectionString: process.env.AUTH_DATABASE_URL ?? '' }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [...claimcheck({ audience: 'http://api.test', issuer: 'http://issuer.test' })],
}
await (await getMigrations(options)).runMigrations()
const auth = betterAuth(options)
await auth.$context
const answersFeed = await createFeedListener(auth)
const answer = toNodeHandler(auth)
const server = createServer((request, response) => {
  // Followers of this bench share an address, which those of APIs do not: so none is told.
  if (!answersFeed(request, response, null)) void answer(request, response)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
// A server that listens on TCP has a port.
process.send?.({ port: (server.address() as AddressInfo).port })
process.on('message', () => {
  const usage: IssuerUsage = { cpu: process.cpuUsage(), memory: process.memoryUsage() }
  process.send?.(usage)
})
process.on('disconnect', () => process.exit(0))
