/** What pictures are taken of: a running system, a browser, and people of its own in it. */

import { type Browser, type BrowserContext, chromium } from '@playwright/test'
import { startChild } from '../process/child.js'
import { findFreePort } from '../process/port.js'
import { StartError } from '../process/start-error.js'
import { createStops } from '../process/stops.js'
import { root } from '../start/data-dir.js'
import { findChromium } from '../test/chromium.js'

export const colorSchemes = ['light', 'dark'] as const

export interface Addresses {
  /** Origin of the web app. */
  readonly web: string
  /** Origin of the API. */
  readonly api: string
}

export interface Stage extends Addresses {
  readonly browser: Browser
  close(): Promise<void>
}

/**
 * Starts the system that the browser tests start, on data of its own.
 *
 * @param running One that runs already, which is used instead.
 */
export async function openStage(running?: Addresses): Promise<Stage> {
  const stops = createStops()
  try {
    const addresses = running ?? (await startSystem(stops.add))
    const { executablePath, env } = await findChromium()
    const browser = await chromium.launch({ executablePath, env: { ...process.env, ...env } })
    stops.add(() => browser.close())
    return { ...addresses, browser, close: stops.run }
  } catch (error) {
    await stops.run()
    throw error
  }
}

async function startSystem(onStart: (stop: () => Promise<unknown>) => void): Promise<Addresses> {
  const [web, api] = [await findFreePort(), await findFreePort()].map(
    (port) => `http://localhost:${port}`,
  ) as [string, string]
  let printed = ''
  let look = () => {}
  const child = await startChild(process.execPath, ['--import', 'tsx', 'scripts/test/system.ts'], {
    cwd: root,
    env: { ...process.env, BETTER_AUTH_URL: web, API_URL: api },
    output(chunk) {
      printed += chunk
      look()
    },
  })
  onStart(() => child.stop(30_000))
  await new Promise<void>((resolve, reject) => {
    look = () => printed.includes('Claimcheck is ready') && resolve()
    void child.exited.then(() => reject(new StartError(`The system did not start:\n\n${printed}`)))
  })
  return { web, api }
}

export interface Person {
  readonly email: string
  readonly password: string
}

/** Makes an account that nobody had before, and signs the context in. */
export async function signUp(
  { web }: Addresses,
  context: BrowserContext,
  name: string,
): Promise<Person> {
  const person = { email: `${crypto.randomUUID()}@example.com`, password: crypto.randomUUID() }
  await post(context, web, '/api/auth/sign-up/email', { name, ...person })
  return person
}

export async function signIn(
  { web }: Addresses,
  context: BrowserContext,
  { email, password }: Person,
): Promise<void> {
  await post(context, web, '/api/auth/sign-in/email', { email, password })
}

async function post(context: BrowserContext, web: string, path: string, data: object) {
  const answer = await context.request.post(`${web}${path}`, { data, headers: { origin: web } })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
}

/** Calls the API as the person whose cookie the context has. */
export async function callApi(
  { web, api }: Addresses,
  context: BrowserContext,
  method: string,
  path: string,
  data?: object,
) {
  const { token } = await (await context.request.get(`${web}/api/auth/token`)).json()
  const answer = await context.request.fetch(`${api}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(data && { data }),
  })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}
