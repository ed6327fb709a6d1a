/** From the answer to whatever ends a session until every API process refuses its token. */
import { setTimeout as wait } from 'node:timers/promises'
import { type System, startSystem } from './system.js'
import { type Bar, printBars } from './table.js'

/** How often each action is measured, and how many people do so at a time. */
const RUNS = Number(process.env.RUNS ?? 200)
const IN_FLIGHT = 4

const password = 'a long password for a bench'

/** Somebody on two devices. The token of the second one is the one that is to die. */
interface Person {
  readonly email: string
  readonly acting: Device
  readonly target: Device
}

interface Device {
  readonly cookie: string
  readonly token: string
}

/** A way to end the session of `target`. */
interface Action {
  readonly name: string
  /** Whether the acting device keeps working. */
  readonly keepsActing: boolean
  readonly run: (system: System, person: Person) => Promise<void>
}

const actions: readonly Action[] = [
  {
    name: 'sign-out',
    keepsActing: true,
    run: ({ webUrl }, { target }) => post(webUrl, '/sign-out', {}, target.cookie),
  },
  {
    name: 'revoke one session',
    keepsActing: true,
    run: ({ webUrl }, { acting, target }) =>
      post(webUrl, '/revoke-session', { token: toSessionToken(target.cookie) }, acting.cookie),
  },
  {
    name: 'revoke other sessions',
    keepsActing: true,
    run: ({ webUrl }, { acting }) => post(webUrl, '/revoke-other-sessions', {}, acting.cookie),
  },
  {
    name: 'revoke all sessions',
    keepsActing: false,
    run: ({ webUrl }, { acting }) => post(webUrl, '/revoke-sessions', {}, acting.cookie),
  },
  {
    name: 'change the password',
    keepsActing: false,
    run: ({ webUrl }, { acting }) =>
      post(
        webUrl,
        '/change-password',
        { currentPassword: password, newPassword: `${password}!` },
        acting.cookie,
      ),
  },
  { name: 'reset the password', keepsActing: false, run: resetPassword },
  {
    name: 'delete the account',
    keepsActing: false,
    run: ({ webUrl }, { acting }) => post(webUrl, '/delete-user', { password }, acting.cookie),
  },
]

export async function benchRevocation(): Promise<boolean> {
  const system = await startSystem()
  try {
    const bars: Bar[] = []
    console.log(
      `\nMilliseconds from the answer to the first 401 in both of two API processes, ${RUNS} times each`,
    )
    console.log(
      `  ${''.padEnd(24)}${['p50', 'p99', 'max'].map((name) => name.padStart(8)).join('')}`,
    )
    for (const action of actions) bars.push(...(await measure(system, action)))
    return printBars('Bars', bars)
  } finally {
    await system.stop()
  }
}

async function measure(system: System, action: Action): Promise<Bar[]> {
  const waits: number[] = []
  let wronged = 0
  let left = RUNS
  async function work(): Promise<void> {
    while (left > 0) {
      left -= 1
      const person = await createPerson(system.webUrl)
      await action.run(system, person)
      waits.push(await untilRefused(system, person.target.token))
      if (action.keepsActing && !(await isAccepted(system, person.acting.token))) wronged += 1
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  waits.sort((one, other) => one - other)
  const [p50, p99, max] = [0.5, 0.99, 1].map(
    (share) => waits[Math.ceil(waits.length * share) - 1] ?? 0,
  )
  const figures = [p50, p99, max].map((value) =>
    Math.round(value ?? 0)
      .toString()
      .padStart(8),
  )
  console.log(`  ${action.name.padEnd(24)}${figures.join('')}`)
  const most = (name: string, measured = 0, asked = 0, unit = 'ms') => ({
    name: `${action.name}: ${name}`,
    measured,
    asked,
    unit,
    atMost: true,
  })
  const times = [most('p99', p99, 1_000), most('max', max, 2_000)]
  return action.keepsActing ? [...times, most('other sessions refused', wronged, 0, '')] : times
}

async function createPerson(webUrl: string): Promise<Person> {
  const email = `${crypto.randomUUID()}@example.com`
  const acting = await enter(webUrl, '/sign-up/email', { name: 'Bench', email, password })
  const target = await enter(webUrl, '/sign-in/email', { email, password })
  return { email, acting, target }
}

async function enter(webUrl: string, path: string, body: object): Promise<Device> {
  const answer = await call(webUrl, path, body)
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const minted = await fetch(`${webUrl}/api/auth/token`, { headers: { cookie } })
  const { token } = (await minted.json()) as { token: string }
  return { cookie, token }
}

/** Asks every API process until it refuses, and gives the time the slowest took. */
async function untilRefused({ apiUrls }: System, token: string): Promise<number> {
  const since = performance.now()
  const waits = apiUrls.map(async (apiUrl) => {
    for (;;) {
      const { status } = await askFor(apiUrl, token)
      if (status === 401) return performance.now() - since
      if (status !== 200) throw new Error(`Expected 200 or 401, but the API answered ${status}`)
      if (performance.now() - since > 20_000) throw new Error('Not refused after 20 s')
      await wait(10)
    }
  })
  return Math.max(...(await Promise.all(waits)))
}

async function isAccepted({ apiUrls }: System, token: string): Promise<boolean> {
  const answers = await Promise.all(apiUrls.map((apiUrl) => askFor(apiUrl, token)))
  return answers.every(({ status }) => status === 200)
}

async function askFor(apiUrl: string, token: string): Promise<Response> {
  const answer = await fetch(`${apiUrl}/api/me`, { headers: { Authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  return answer
}

async function resetPassword({ webUrl }: System, { email }: Person): Promise<void> {
  await post(webUrl, '/request-password-reset', { email, redirectTo: '/reset-password' })
  const answer = await fetch(`${webUrl}/dev/mail/messages`)
  const mail = (await answer.text()).split(email)[1] ?? ''
  const token = /reset-password\/([\w-]+)/.exec(mail)?.[1]
  if (token === undefined) throw new Error('No mail with a link to reset the password came')
  await post(webUrl, '/reset-password', { token, newPassword: `${password}!` })
}

async function post(webUrl: string, path: string, body: object, cookie = ''): Promise<void> {
  await (await call(webUrl, path, body, cookie)).arrayBuffer()
}

async function call(webUrl: string, path: string, body: object, cookie = ''): Promise<Response> {
  const answer = await fetch(`${webUrl}/api/auth${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: webUrl, cookie },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`Expected ${path} to succeed, but it answered ${answer.status}`)
  return answer
}

/** The session's own name for itself: the cookie without its signature. */
function toSessionToken(cookie: string): string {
  const value = /session_token=([^;]+)/.exec(cookie)?.[1] ?? ''
  return decodeURIComponent(value).split('.')[0] ?? ''
}
