/** The database of the web app hangs: every page, endpoint and action is answered, and none blames the caller. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { claimcheck } from 'claimcheck/better-auth'
import pg from 'pg'
import { listServer } from '../../scripts/postgres/processes.js'
import { root } from '../../scripts/start/data-dir.js'
import { startSystem } from '../system.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'

/** Milliseconds within which everybody is answered. */
const ANSWERED_MS = 10_000

type Asked = readonly [name: string, path: string, init?: RequestInit]

interface Answered {
  readonly name: string
  readonly status: number
  readonly milliseconds: number
  /** Where it leads, empty where it does not. */
  readonly location: string
}

/** What some routes are asked with, instead of with nothing. */
const queries: Readonly<Record<string, readonly string[]>> = {
  '/reset-password': ['', '?token=x'],
  '/dashboard': ['', '?view=done'],
  '/api/session': ['', '?wait'],
  '/api/auth/account-info': ['?accountId=x'],
  '/api/auth/verify-email': ['?token=x&callbackURL=/verify-email'],
  '/api/auth/reset-password/x': ['?callbackURL=/reset-password'],
  '/api/auth/delete-user/callback': ['?token=x'],
}

function toAsked(kind: string, path: string): readonly Asked[] {
  return (queries[path] ?? ['']).map((query) => [`${kind} ${path}${query}`, path + query])
}

/** The pages and the handlers that the build lists, so that a new one is asked as well. */
function listRoutes(): { readonly pages: readonly Asked[]; readonly handlers: readonly Asked[] } {
  const routes = readBuilt<Record<string, string>>('app-path-routes-manifest.json')
  // Patterns are answered by sign-in, or as nothing that there is.
  const plain = Object.entries(routes).filter(([, path]) => !/[[\]]|^\/_/.test(path))
  const list = (kind: string, end: string) =>
    plain.filter(([file]) => file.endsWith(end)).flatMap(([, path]) => toAsked(kind, path))
  return {
    pages: [...list('page', '/page'), ...toAsked('page', '/no-such-page')],
    handlers: [
      ...list('GET', '/route'),
      ...['/api/no-such-route', '/livez', '/readyz'].flatMap((path) => toAsked('GET', path)),
    ],
  }
}

const password = 'correct horse battery'

/** Everything that Better Auth answers with the plugins of this app; what is not named here is sent nothing. */
function listEndpoints(email: string): readonly Asked[] {
  const stranger = `${crypto.randomUUID()}@example.com`
  const bodies: Readonly<Record<string, object>> = {
    '/sign-up/email': { name: 'Somebody', email: stranger, password },
    '/sign-in/email': { email, password },
    '/sign-in/social': { provider: 'github' },
    '/verify-password': { password },
    '/send-verification-email': { email },
    '/change-email': { newEmail: stranger },
    '/change-password': { currentPassword: password, newPassword: `${password} staple` },
    '/update-user': { name: 'Other' },
    '/delete-user': { password },
    '/request-password-reset': { email, redirectTo: '/reset-password' },
    '/reset-password': { newPassword: password, token: 'x' },
    '/revoke-session': { token: 'x' },
    '/link-social': { provider: 'github' },
    '/unlink-account': { providerId: 'credential' },
    '/refresh-token': { providerId: 'github' },
    '/get-access-token': { providerId: 'github' },
  }
  const origin = 'http://localhost'
  const { api } = betterAuth({
    baseURL: origin,
    secret: crypto.randomUUID(),
    logger: { disabled: true },
    // Nothing is asked of it.
    database: memoryAdapter({}),
    plugins: [...claimcheck({ issuer: origin, audience: origin })],
  })
  const endpoints: { path?: string; options: { method?: string | readonly string[] } }[] =
    Object.values(api)
  return endpoints.flatMap(({ path, options }) => {
    if (path === undefined) return []
    const filled = `/api/auth${path.replace(/:\w+/g, 'x')}`
    return [options.method ?? []].flat().flatMap((method): readonly Asked[] => {
      if (method === 'GET') return toAsked('GET', filled)
      const body = JSON.stringify(bodies[path] ?? {})
      return [[`${method} ${filled}`, filled, { method, body }]]
    })
  })
}

/** The build says which actions there are; each is sent as a page's scripts send it. */
function listActions(): readonly Asked[] {
  const { node } = readBuilt<{
    node: Record<string, { exportedName: string; filename: string }>
  }>('server/server-reference-manifest.json')
  return Object.entries(node).map(([id, { exportedName, filename }]) => {
    const page = `/${/app\/(.*)\/actions/.exec(filename)?.[1]}`
    return [`action ${exportedName}`, page, { method: 'POST', headers: { 'Next-Action': id } }]
  })
}

/** The form of what a page's scripts send: `_` is the state before, `1_` begins the names of the form's fields. */
function toForm(name: string): FormData | string {
  const fields = {
    'action addTask': { id: crypto.randomUUID(), title: 'Buy stamps', path: '/dashboard' },
    'action signOutDevices': { device: 'x' },
  }[name]
  if (!fields) return name.endsWith('signFaulty') ? '["expired"]' : '["x"]'
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.set(`1_${field}`, value)
  form.set('0', '[null,"$K1"]')
  return form
}

export async function hangWeb(): Promise<readonly Bar[]> {
  const system = await startSystem()
  const { webUrl } = system
  const owner = new pg.Pool({ connectionString: system.authDatabase, max: 1 })
  owner.on('error', () => {})
  try {
    const email = `${crypto.randomUUID()}@example.com`
    const Cookie = await signUp(webUrl, email)
    const ask = async ([name, path, init]: Asked): Promise<Answered> => {
      const headers = new Headers({ Cookie, Origin: webUrl, ...init?.headers })
      const isAction = headers.has('Next-Action')
      const body = isAction ? toForm(name) : init?.body
      if (typeof body === 'string' && !isAction) headers.set('Content-Type', 'application/json')
      const began = performance.now()
      const answer = await fetch(webUrl + path, {
        ...init,
        headers,
        redirect: 'manual',
        ...(body !== undefined && { body }),
      })
      await answer.text()
      return {
        name,
        status: answer.status,
        milliseconds: performance.now() - began,
        location: answer.headers.get('location') ?? '',
      }
    }
    const { pages, handlers } = listRoutes()
    const endpoints = [...handlers, ...listEndpoints(email)]
    const actions = listActions()
    // Pages are loaded when they are first asked for.
    for (const page of pages) await ask(page)
    const pids = await listServer(owner)
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    const bars: Bar[] = []
    try {
      for (const [what, asked] of Object.entries({
        'pages at once': pages,
        'endpoints at once': endpoints,
        'actions at once': actions,
        'everything at once': [...pages, ...endpoints, ...actions],
      })) {
        bars.push(...toBars(what, await Promise.all(asked.map(ask))))
      }
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    const back = performance.now()
    while ((await ask(['', '/dashboard'])).status !== 200) await wait(50)
    bars.push(toBar('the dashboard is back after', performance.now() - back, ANSWERED_MS, 'ms'))
    return bars
  } finally {
    await owner.end()
    await system.stop()
  }
}

function toBars(what: string, answers: readonly Answered[]): readonly Bar[] {
  for (const { name, status, milliseconds } of answers) {
    console.log(`  ${what}: ${name}: ${status} after ${milliseconds.toFixed(0)} ms`)
  }
  const isBlaming = ({ status, location }: Answered) =>
    status === 401 || status === 403 || location.includes('/sign-in')
  const isFailing = ({ name, status }: Answered) =>
    /^[A-Z]/.test(name) && status >= 500 && status !== 503
  const slowest = Math.max(...answers.map(({ milliseconds }) => milliseconds))
  return [
    toBar(`${what}: the slowest answer of ${answers.length}`, slowest, ANSWERED_MS, 'ms'),
    toBar(
      `${what}: answers that say it is the caller's fault`,
      answers.filter(isBlaming).length,
      0,
    ),
    toBar(`${what}: endpoints with another 5xx than 503`, answers.filter(isFailing).length, 0),
  ]
}

/** What Next.js wrote about the build; it was made by the time that the system runs. */
function readBuilt<Content>(file: string): Content {
  return JSON.parse(readFileSync(join(root, 'apps/web/.next', file), 'utf8')) as Content
}

async function signUp(webUrl: string, email: string): Promise<string> {
  const answer = await fetch(`${webUrl}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { Origin: webUrl, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'Person', email, password }),
  })
  if (!answer.ok) throw new Error(`signing up was answered with ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
