/** What the checks of one run share: what was asked for, what was found, and a way to ask over HTTP. */
import type { Algorithm } from '../../contract.js'
import type { Finding, Outcome } from '../finding.js'
import type { Io } from '../io.js'

export interface Subject {
  /** The `iss` of tokens. */
  readonly issuer: string
  /** Where Better Auth answers, without a slash at the end. */
  readonly auth: string
  readonly jwks: string
  readonly feed: string
  /** The `aud` of tokens; undefined where nobody said. */
  readonly audience: string | undefined
  readonly algorithms: readonly Algorithm[]
  /** A protected address of the API that answers GET with 200. */
  readonly api: URL | undefined
  /** The origin of the pages that call the API. */
  readonly origin: string
  readonly account: { readonly email: string; readonly password: string } | undefined
}

export interface Examination {
  readonly subject: Subject
  readonly io: Io
  readonly findings: readonly Finding[]
  add(id: string, outcome: Outcome, says: string, more?: More): void
  ask(url: string | URL, init?: RequestInit): Promise<Reply>
}

interface More {
  readonly evidence?: readonly string[]
  readonly cure?: string
}

/** What came back, or why nothing did. */
export type Reply = Answer | { readonly failed: string }

export interface Answer {
  readonly failed: null
  readonly status: number
  readonly headers: Headers
  /** At most 4 MB of it. */
  readonly body: string
  /** Milliseconds it took. */
  readonly took: number
  /** How far the clock of the answer is ahead of ours, in seconds; null where it has no Date. */
  readonly clockAhead: number | null
}

const PATIENCE_MS = 8_000
const LARGEST = 4_000_000

export function createExamination(subject: Subject, io: Io): Examination {
  const findings: Finding[] = []
  return {
    subject,
    io,
    findings,
    add: (id, outcome, says, { evidence = [], cure } = {}) => {
      findings.push({ id, outcome, says, evidence, ...(cure !== undefined && { cure }) })
    },
    ask: (url, init) => ask(io, url, init),
  }
}

async function ask(io: Io, url: string | URL, init: RequestInit = {}): Promise<Reply> {
  const began = io.elapsed()
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const response = await io.fetch(url, { redirect: 'manual', signal, ...init })
    const body = (await response.text()).slice(0, LARGEST)
    const date = Date.parse(response.headers.get('date') ?? '')
    return {
      failed: null,
      status: response.status,
      headers: response.headers,
      body,
      took: io.elapsed() - began,
      clockAhead: Number.isNaN(date) ? null : (date - io.now()) / 1_000,
    }
  } catch (error) {
    return { failed: toReason(error) }
  }
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  if (error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1_000} s`
  const cause: unknown = error.cause ?? error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return reasons[code] ?? (code === '' ? 'the connection failed' : code)
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ENOTFOUND: 'there is no such host (ENOTFOUND)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
}

/** `GET https://… answered 404` */
export function describe(method: string, url: string | URL, reply: Reply): string {
  if (reply.failed !== null) return `${method} ${url}: ${reply.failed}`
  const type = reply.headers.get('content-type')?.split(';')[0] ?? 'no content type'
  return `${method} ${url} answered ${reply.status}, ${type}`
}

/** Whether a body is a web page, which no machine asked for. */
export function isPage({ headers, body }: Answer): boolean {
  return (
    /^text\/html/i.test(headers.get('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(body)
  )
}

/** Whether an address means this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[::1\]$/.test(hostname)
}
