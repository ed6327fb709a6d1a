/** Makes the two ready-made accounts, over HTTP like any client: sign-up, token, tasks. */

import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../process/start-error.js'
import { alice, bob, type TrialPerson } from './tasks.js'

export interface TrialOptions {
  webUrl: string
  apiUrl: string
  dataDir: string
  /** Default: now. */
  today?: Date
}

export const people: readonly TrialPerson[] = [alice, bob]

/** The file that is there once the accounts were made. */
export function toMark(dataDir: string): string {
  return join(dataDir, 'trial-accounts.done')
}

/** Whether the accounts were made already: then what their people deleted stays deleted. */
export async function hasTrialAccounts(dataDir: string): Promise<boolean> {
  return access(toMark(dataDir)).then(
    () => true,
    () => false,
  )
}

/** A first start that was interrupted is repeated safely: accounts are found again, tasks keep their ids. */
export async function createTrialAccounts(options: TrialOptions): Promise<void> {
  const { webUrl, apiUrl, dataDir, today = new Date() } = options
  for (const person of people) {
    const cookie = await signUpOrIn(webUrl, person)
    if (cookie === undefined) continue
    const token = await fetchToken(webUrl, cookie)
    for (const task of person.tasks(today)) {
      const answer = await post(`${apiUrl}/api/me/tasks`, task, {
        authorization: `Bearer ${token}`,
      })
      // 409: this person has already changed the task.
      if (!answer.ok && answer.status !== 409) throw refusal('A task of', person, answer)
    }
    await post(`${webUrl}/api/auth/sign-out`, {}, { cookie, origin: webUrl })
  }
  await writeFile(toMark(dataDir), '')
}

/** The cookie of a session; undefined when the person is there and has changed the password. */
async function signUpOrIn(webUrl: string, person: TrialPerson): Promise<string | undefined> {
  const { name, email, password } = person
  const headers = { origin: webUrl }
  const signUp = await post(`${webUrl}/api/auth/sign-up/email`, { name, email, password }, headers)
  if (signUp.ok) return readCookies(signUp)
  if (signUp.status !== 422) throw refusal('Sign-up of', person, signUp)
  const signIn = await post(`${webUrl}/api/auth/sign-in/email`, { email, password }, headers)
  if (signIn.status === 401) return undefined
  if (!signIn.ok) throw refusal('Sign-in of', person, signIn)
  return readCookies(signIn)
}

async function fetchToken(webUrl: string, cookie: string): Promise<string> {
  const answer = await fetch(`${webUrl}/api/auth/token`, { headers: { cookie } })
  if (!answer.ok) throw new StartError(`The token request was answered with ${answer.status}.`)
  const { token } = (await answer.json()) as { token: string }
  return token
}

function post(url: string, body: object, headers: { [name: string]: string }): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
}

function readCookies(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

function refusal(what: string, person: TrialPerson, answer: Response): StartError {
  return new StartError(`${what} ${person.email} was answered with status ${answer.status}.`)
}
