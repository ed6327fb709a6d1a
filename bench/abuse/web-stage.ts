/** What abuse of the web app runs on: the whole system with its limits on, and people who are signed in. */
import { readFile } from 'node:fs/promises'
import type { ChildOptions } from '../../scripts/process/child.js'
import { load, toRequest } from '../api/load.js'
import { type System, startSystem } from '../system.js'

export interface WebStage extends System {
  readonly webPort: number
  /** Asks for pages for a while: an app that has just started grows with whoever asks first. */
  warm(): Promise<unknown>
  /** Signs up somebody new, from an address of their own. */
  signUp(): Promise<Person>
  /** The most resident memory of the web app while something goes on, in bytes. */
  measureMemory<T>(work: Promise<T>): Promise<{ readonly result: T; readonly most: number }>
}

export interface Person {
  /** Of every request that this person sends. */
  readonly headers: Readonly<Record<string, string>>
  readonly email: string
  readToken(): Promise<string>
  signOut(): Promise<Response>
}

const WARM_MS = 8000

export const password = 'correct horse battery'

/**
 * @param env What is set beside what is usual here.
 * @param output Where the processes log to. Default: standard error.
 */
export async function startWebStage(
  env: Record<string, string> = {},
  output?: ChildOptions['output'],
): Promise<WebStage> {
  const system = await startSystem(
    { AUTH_RATE_LIMIT: 'on', TRUSTED_PROXIES: '127.0.0.1', ...env },
    output,
  )
  const { webUrl, webPid } = system
  const webPort = Number(new URL(webUrl).port)
  let people = 0

  async function signUp(): Promise<Person> {
    people += 1
    const own = { Origin: webUrl, 'X-Forwarded-For': `192.0.2.${people}` }
    const email = `person-${people}@example.com`
    const answer = await fetch(`${webUrl}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { ...own, 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'Person', email, password }),
    })
    if (!answer.ok) throw new Error(`signing up was answered with ${answer.status}`)
    const cookies = answer.headers.getSetCookie().map((line) => line.split(';')[0])
    const headers = { ...own, Cookie: cookies.join('; ') }
    return {
      headers,
      email,
      async readToken() {
        const given = await fetch(`${webUrl}/api/auth/token`, { headers })
        const { token }: { token: string } = await given.json()
        return token
      },
      signOut: () =>
        fetch(`${webUrl}/api/auth/sign-out`, {
          method: 'POST',
          headers: { ...headers, 'Content-Type': 'application/json' },
          body: '{}',
        }),
    }
  }

  return {
    ...system,
    webPort,
    warm: () =>
      load({
        port: webPort,
        requests: [toRequest('GET', '/sign-in', {})],
        connections: 8,
        milliseconds: WARM_MS,
        status: 200,
      }),
    signUp,
    async measureMemory(work) {
      let most = 0
      const read = async () => {
        const status = await readFile(`/proc/${webPid}/status`, 'utf8')
        most = Math.max(most, Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024)
      }
      const timer = setInterval(() => void read(), 100)
      try {
        const result = await work
        await read()
        return { result, most }
      } finally {
        clearInterval(timer)
      }
    },
  }
}

/** One of many addresses of strangers. */
export function toStranger(index: number): string {
  return `198.18.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

/** The text of a request, its length included. */
export function toText(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): string {
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ Host: 'localhost', ...length, ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `${method} ${path} HTTP/1.1\r\n${head}\r\n${body ?? ''}`
}
