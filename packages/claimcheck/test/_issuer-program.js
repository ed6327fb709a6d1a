/**
 * An issuer in a process of its own, made of the built entry points, as an app's would be: a database in the
 * environment, HTTP on a free port, the port told to the parent, and each request that may be held told as it
 * arrives. With a statement in STOP_AT, it stops for good where that statement would be sent, and says so, to be
 * killed there.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { toNodeHandler } from 'better-auth/node'
import { claimcheck, stopIssuer } from 'claimcheck/better-auth'
import pg from 'pg'

const { DATABASE, SECRET, APP_URL, API_URL, STOP_AT } = process.env
if (STOP_AT) stopAt(STOP_AT)
holdForGood()
const pool = new pg.Pool({ connectionString: DATABASE })
const hash = async (password) => createHash('sha256').update(password).digest('hex')
const auth = betterAuth({
  baseURL: APP_URL,
  secret: SECRET,
  database: pool,
  emailAndPassword: {
    enabled: true,
    password: { hash, verify: async (given) => given.hash === (await hash(given.password)) },
  },
  user: { deleteUser: { enabled: true } },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  plugins: [...claimcheck({ issuer: APP_URL, audience: API_URL })],
})
await auth.$context
const server = createServer(toNodeHandler(auth))
server.on('request', ({ url }) => {
  if (url.includes('wait=5')) process.send('waiting')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send(server.address())

process.on('SIGTERM', async () => {
  server.close()
  await stopIssuer(auth)
  // A connection whose answer is on its way becomes idle only after it.
  setInterval(() => server.closeIdleConnections(), 20)
  await once(server, 'close')
  await pool.end()
  process.exit(0)
})

/** What asks to be held the longest is held until there is news or the process is told to end: no time ends it. */
function holdForGood() {
  const { setTimeout } = globalThis
  globalThis.setTimeout = (callback, delay, ...rest) =>
    setTimeout(callback, delay === 5_000 ? 2 ** 31 - 1 : delay, ...rest)
}

function stopAt(start) {
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function stoppingQuery(first, ...rest) {
    const text = typeof first === 'string' ? first : String(first?.text)
    if (!text.startsWith(start)) return query.call(this, first, ...rest)
    process.send('stopped')
    return new Promise(() => undefined)
  }
}
