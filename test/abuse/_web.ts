/** The sign-in server of the web app, attacked as by many: with limits on, on a database of its own. */
import { inject, onTestFinished } from 'vitest'
import {
  createDatabase,
  openBrowser,
  quickHashing,
  readTestEnv,
} from '../../apps/web/src/auth/_app.js'
import { getAddressHeader } from '../../apps/web/src/auth/client-address.js'
import { startMailServer } from '../../apps/web/src/auth/mail/_mail-server.js'
import { startAuth } from '../../apps/web/src/auth/server.js'
import { shutDown } from '../../apps/web/src/lifecycle.js'

export const password = 'correct horse battery'

/** The app as it runs for real: addresses are confirmed, and mail goes to a server. */
export async function startWeb(more: Record<string, string> = {}) {
  const smtp = await startMailServer()
  onTestFinished(async () => {
    await shutDown()
    smtp.close()
  })
  const database = await createDatabase(inject('databases')[0]?.url ?? '')
  await startAuth(readTestEnv(database, { SMTP_URL: smtp.url, ...more }), { hashing: quickHashing })
  return { ...smtp, database }
}

/** The app as a trial: no mail, and whoever signs up is signed in. */
export async function startTrial() {
  onTestFinished(() => shutDown())
  const database = await createDatabase(inject('databases')[0]?.url ?? '')
  await startAuth(readTestEnv(database, { ...local, TRIAL: '1' }), { hashing: quickHashing })
  return { database }
}

const local = { BETTER_AUTH_URL: 'http://localhost:3000', API_URL: 'http://localhost:8000' }

export type Browser = ReturnType<typeof openBrowser>

/** A browser of the trial. */
export function openLocalBrowser(): Browser {
  return openBrowser(local.BETTER_AUTH_URL)
}

/** As a header: another address each time. */
export function from(address: string): Record<string, string> {
  return { [getAddressHeader()]: address }
}

export async function signUpAt(browser: Browser, email: string, address: string): Promise<void> {
  const person = { name: 'Test', email, password }
  const answer = await browser.send('POST', '/api/auth/sign-up/email', person, from(address))
  if (answer.status !== 200) throw new Error(`signing up was answered with ${answer.status}`)
}

/** The first link in a message, as path and query. */
export function readLink(mail: string): string {
  const url = new URL(/https?:\S+\/api\/auth\/\S+/.exec(mail)?.[0] ?? '')
  return `${url.pathname}${url.search}`
}

export async function readCode(answer: Response): Promise<[number, unknown]> {
  const body: { code?: unknown } = JSON.parse(await answer.text())
  return [answer.status, body.code]
}
