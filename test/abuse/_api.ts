/** The API as a process on a port and a database of its own, with an issuer that signs for anybody. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createTestIssuer } from 'claimcheck/testing'
import pg from 'pg'

export interface AbusedApi {
  readonly url: string
  readonly port: number
  readonly child: ChildProcess
  /** The address of its database. */
  readonly databaseUrl: string
  /** Headers of somebody with a good token. */
  signIn(subject: string): Promise<{ Authorization: string; 'Content-Type': string }>
  /** Stops reading the log of the process: from then on its pipe fills up. */
  stopReading(): void
  stop(): Promise<void>
}

const folder = fileURLToPath(new URL('../../apps/api', import.meta.url))

/** Starts the API on a new database of the server at `url`. */
export async function startAbusedApi(
  url: string,
  env: Readonly<Record<string, string>> = {},
): Promise<AbusedApi> {
  const issuer = await createTestIssuer()
  const keys = createServer(async (_, response) => {
    const answer = await issuer.fetch(issuer.options.jwksUrl)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve))
  const databaseUrl = await createEmptyDatabase(url)
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      REVOCATIONS_URL: 'off',
      TASKS_DATABASE_URL: databaseUrl,
      JWT_ISSUER: issuer.options.issuer,
      JWT_AUDIENCE: String(issuer.options.audience),
      JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`,
      ...env,
    },
  })
  const ended = once(child, 'close')
  const lines = createInterface(child.stdout)
  const apiUrl = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const entry: { msg?: string; url?: string } = JSON.parse(line)
      if (entry.msg === 'listening') resolve(String(entry.url))
    })
    ended.then(() => reject(new Error('The API ended.')), reject)
  })
  return {
    url: apiUrl,
    port: Number(new URL(apiUrl).port),
    child,
    databaseUrl,
    signIn: async (subject) => ({
      Authorization: `Bearer ${await issuer.sign({ sub: subject })}`,
      'Content-Type': 'application/json',
    }),
    stopReading: () => {
      lines.removeAllListeners('line')
      lines.pause()
      child.stdout.pause()
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      if (!keys.listening) return
      keys.closeAllConnections()
      await new Promise((resolve) => keys.close(resolve))
    },
  }
}

async function createEmptyDatabase(url: string): Promise<string> {
  const name = `abuse_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name} template template0`)
  await client.end()
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}
