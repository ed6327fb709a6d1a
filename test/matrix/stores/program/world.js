/** An issuer on a store, its people, and an API that trusts it; nothing has a port. */
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { createVerifier } from 'claimcheck'
import { checkIssuer, claimcheck, stopIssuer } from 'claimcheck/better-auth'

const app = 'https://app.example.com'
const audience = 'https://api.example.com'

/** How long the end of a session may take to count, in milliseconds, on a machine that does much else. */
const MOST = 10_000

let people = 0

/** @param {Awaited<ReturnType<import('./open-store.js').openStore>>} store */
export async function createWorld(store) {
  const options = {
    baseURL: app,
    secret: 'a-secret-for-the-matrix-that-is-long-enough-0123456789',
    emailAndPassword: { enabled: true },
    user: { deleteUser: { enabled: true } },
    telemetry: { enabled: false },
    logger: { disabled: true },
    ...store.options,
  }
  const plugins = () => [...claimcheck({ audience })]
  if (store.migrations !== null) {
    // Twice, as each start of a process does it.
    for (const _ of [1, 2]) {
      const { runMigrations } = await getMigrations({
        ...options,
        database: store.migrations,
        plugins: plugins(),
      })
      await runMigrations()
    }
  }
  const database = await store.open({ ...options, plugins: plugins() })
  /** What is to be ended, the latest first. */
  const opened = []

  /** One process of the issuer, and an API that was started with it. */
  async function start() {
    const auth = betterAuth({ ...options, database, plugins: plugins() })
    await checkIssuer(auth)
    const verifier = createVerifier({
      issuer: app,
      audience,
      fetch: (input, init) => auth.handler(new Request(input, init)),
      requireSid: true,
    })
    opened.unshift(async () => {
      verifier.close()
      await stopIssuer(auth)
    })
    return { auth, verifier }
  }

  const first = await start()
  return {
    ...first,
    start,
    async close() {
      for (const close of opened) await close()
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof createWorld>>} World */

/** @param {World['auth']} auth */
export async function signUp(auth) {
  people += 1
  const account = { email: `person-${people}@example.com`, password: 'correct horse battery' }
  const person = openBrowser(auth)
  const { user } = await person.send('POST', '/sign-up/email', { name: 'Person', ...account })
  return { ...person, ...account, id: user.id }
}

/** @param {World['auth']} auth */
export async function signIn(auth, { email, password }) {
  const person = openBrowser(auth)
  await person.send('POST', '/sign-in/email', { email, password })
  return person
}

function openBrowser(auth) {
  const cookies = new Map()
  return { send, token: async () => (await send('GET', '/token')).token }

  async function send(method, path, body) {
    const request = new Request(`${app}/api/auth${path}`, {
      method,
      headers: {
        origin: app,
        'content-type': 'application/json',
        cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const response = await auth.handler(request)
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      if (/max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
}

/** Waits until the API refuses a token as that of a session which has ended. */
export async function expectRevoked(verifier, token) {
  const judge = () =>
    verifier.verify(token).then(
      () => 'accepted',
      (error) => error.code,
    )
  await expectSoon('the verdict on a token of an ended session', judge, 'token_revoked')
}

export async function expectSoon(what, find, expected) {
  const until = Date.now() + MOST
  for (;;) {
    const found = await find()
    if (found === expected) return
    if (Date.now() > until) return expectEqual(`${what}, after ${MOST} ms,`, found, expected)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export function expectEqual(what, found, expected) {
  if (found !== expected) throw new Error(`${what} is ${found}, expected ${expected}`)
}
