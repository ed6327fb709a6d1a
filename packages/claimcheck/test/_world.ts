/** A small world for the doctor: an issuer, an API and their pages behind one fetch, with a clock that is driven. */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { bearer } from '../src/adapters/hono.js'
import { runCli } from '../src/cli/cli.js'
import type { Finding } from '../src/cli/finding.js'
import { createVerifier, type VerifierOptions } from '../src/index.js'
import { createTestIssuer, type TestIssuer } from '../src/testing/index.js'

export const appUrl = 'https://app.example.com'
export const apiUrl = 'https://api.example.com'

type Handler = (request: Request) => Response | Promise<Response>

export interface World {
  readonly issuer: TestIssuer
  /** What answers at the app and at the API; replace them to break something. */
  app: Handler
  api: Handler
  /** Milliseconds that have been added to the clock of each. */
  readonly ahead: { app: number; api: number }
  readonly env: Record<string, string>
  input: string
  /** Whether time passes by itself, where a real issuer needs some. */
  isReal: boolean
  /** Lets time pass on the clock that nobody sets. */
  pass(milliseconds: number): void
  readonly fetch: typeof globalThis.fetch
  close(): void
}

/** All is well in it. */
export async function createWorld(): Promise<World> {
  const issuer = await createTestIssuer({ issuer: appUrl, audience: apiUrl })
  const opened: { close(): void }[] = []
  let elapsed = 0
  const world: World = {
    issuer,
    app: (request) => serveIssuer(issuer, request),
    api: createApi(issuer, {}, opened),
    ahead: { app: 0, api: 0 },
    env: {},
    input: '',
    isReal: false,
    pass: (milliseconds) => {
      elapsed += milliseconds
    },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { origin } = new URL(request.url)
      const side = origin === appUrl ? 'app' : 'api'
      if (origin !== appUrl && origin !== apiUrl) throw new TypeError('fetch failed')
      const answer = await world[side](request)
      const headers = new Headers(answer.headers)
      headers.set('date', new Date(Date.now() + world.ahead[side]).toUTCString())
      return new Response(answer.body, { status: answer.status, headers })
    },
    close: () => {
      for (const each of opened) each.close()
    },
  }
  clocks.set(world, () => elapsed)
  return world
}

const clocks = new WeakMap<World, () => number>()

/** An API that does as the documents say, unless told otherwise. */
export function createApi(
  issuer: Pick<TestIssuer, 'options' | 'fetch'>,
  options: Partial<VerifierOptions> = {},
  opened: { close(): void }[] = [],
): Handler {
  const { jwksUrl, algorithms } = issuer.options
  const trust = { issuer: appUrl, audience: apiUrl, jwksUrl, algorithms, fetch: issuer.fetch }
  // Options of a test may name several issuers or one, which the type cannot see.
  const verifier = createVerifier({
    ...trust,
    revocations: 'off',
    log: false,
    ...options,
  } as VerifierOptions)
  opened.push(verifier)
  const app = new Hono()
  app.use(cors({ origin: [appUrl], exposeHeaders: ['WWW-Authenticate', 'Retry-After'] }))
  app.use(bearer(verifier))
  app.get('/api/me', (c) => c.json({ ok: true }))
  return (request) => app.fetch(request)
}

export async function serveIssuer(issuer: TestIssuer, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/api/auth/token') return new Response(null, { status: 401 })
  if (/^\/api\/auth\/(jwks|revocations)$/.test(pathname)) return issuer.fetch(request)
  return new Response(null, { status: 404 })
}

export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command in the world. */
export async function run(world: World, args: readonly string[], isTerminal = false): Promise<Run> {
  let [out, err] = ['', '']
  const code = await runCli(args, {
    env: world.env,
    fetch: world.fetch,
    now: Date.now,
    elapsed: world.isReal ? () => performance.now() : (clocks.get(world) ?? (() => 0)),
    wait: async (milliseconds) => {
      world.pass(milliseconds)
      await new Promise((resolve) => setTimeout(resolve, world.isReal ? milliseconds : 0))
    },
    readInput: async () => world.input,
    print: (text) => {
      out += `${text}\n`
    },
    complain: (text) => {
      err += `${text}\n`
    },
    isTerminal,
  })
  return { code, out, err }
}

/** Runs the doctor on issuer, audience and API, and gives what it found. */
export async function examine(world: World, ...more: string[]) {
  const args = ['doctor', '--issuer', appUrl, '--audience', apiUrl, '--api', `${apiUrl}/api/me`]
  const { code, out, err } = await run(world, [...args, '--json', ...more])
  if (err !== '') throw new Error(err)
  const { findings }: { findings: Finding[] } = JSON.parse(out)
  const wrong = findings.filter(({ outcome }) => outcome === 'fault' || outcome === 'warning')
  return { code, out, findings, wrong }
}
