/** The API as a real process, started the way an operator starts it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { TestIssuer } from 'claimcheck/testing'

export interface ApiProcess {
  /** The address it says it listens at. */
  readonly url: string
  readonly child: ChildProcess
  /** What it logged so far. */
  readonly lines: Record<string, unknown>[]
  /** How it ended: the exit code, or the signal. */
  readonly ended: Promise<number | string | null>
}

export interface IssuerServer {
  readonly jwksUrl: string
  close(): Promise<void>
}

type Variables = Record<string, string | undefined>

const folder = fileURLToPath(new URL('..', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of the API until it ends by itself. Default: the API, for starts that are refused. */
export async function runApi(env: Variables, program?: string): Promise<Ended> {
  const child = launch(env, program)
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'close'),
  ])
  return { code, stdout, stderr }
}

/** Starts the API and waits until it listens. */
export async function startApi(env: Variables): Promise<ApiProcess> {
  const child = launch(env)
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal)
  const lines: Record<string, unknown>[] = []
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout === null || child.stderr === null) throw new Error('No output to read.')
    createInterface(child.stdout).on('line', (line) => {
      const entry: Record<string, unknown> = JSON.parse(line)
      lines.push(entry)
      if (entry.msg === 'listening') resolve(String(entry.url))
    })
    text(child.stderr).then((errors) => reject(new Error(`The API ended: ${errors}`)), reject)
  })
  return { url, child, lines, ended }
}

/** Serves an issuer's keys on a port, or accepts connections and never answers. */
export async function serveIssuer(issuer: TestIssuer | 'silent'): Promise<IssuerServer> {
  const server: Server = createServer(async (_, response) => {
    if (issuer === 'silent') return
    const answer = await issuer.fetch(issuer.options.jwksUrl)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    jwksUrl: `http://127.0.0.1:${port}/api/auth/jwks`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Nothing of the environment of the tests reaches the process but what Node needs. */
function launch(env: Variables, program = 'dist/src/main.js'): ChildProcess {
  return spawn(process.execPath, [program], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, PORT: '0', REVOCATIONS_URL: 'off', ...env },
  })
}
