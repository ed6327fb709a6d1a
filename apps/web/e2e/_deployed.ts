/** What a browser test on a deployed system starts from; the system runs once for a worker. */

import { randomUUID } from 'node:crypto'
import type { BrowserContext, Page } from '@playwright/test'
import { type Deployment, startDeployment } from './_deployment.js'
import { test as base, expect, type Person } from './_fixtures.js'

export { expect } from './_fixtures.js'

let caller = 0

/** An address to call from that no other caller has: attempts are counted for each. */
export function fromElsewhere(): { 'x-forwarded-for': string } {
  caller += 1
  return { 'x-forwarded-for': `203.0.113.${caller}` }
}

export const test = base.extend<object, { deployment: Deployment }>({
  deployment: [
    async ({ browserName: _ }, use) => {
      const deployment = await startDeployment()
      await use(deployment)
      await deployment.close()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ deployment }, use) => use(deployment.url),
  apiURL: async ({ deployment }, use) => use(deployment.apiUrl),

  context: async ({ context, deployment }, use) => {
    await placeElsewhere(context, deployment)
    await use(context)
  },

  newPage: async ({ newPage, deployment }, use) => {
    await use(async () => {
      const page = await newPage()
      await placeElsewhere(page.context(), deployment)
      return page
    })
  },

  signUp: async ({ deployment }, use) => {
    await use(async (page, name = 'Test Person') => {
      const person = await makeAccount(page, deployment, name)
      await page.request.get(await readLink(deployment, person.email))
      return person
    })
  },
})

/** Sign-in believes that the pages of a context are somewhere else; the API is not told. */
async function placeElsewhere(context: BrowserContext, { url }: Deployment): Promise<void> {
  const place = fromElsewhere()
  await context.route(`${url}/api/auth/**`, (route) =>
    route.continue({ headers: { ...route.request().headers(), ...place } }),
  )
}

/** An account whose address is yet to be confirmed; nobody is signed in. */
export async function makeAccount(
  page: Page,
  { url, mail }: Deployment,
  name = 'Test Person',
): Promise<Person> {
  const email = `${randomUUID()}@example.com`
  const password = randomUUID()
  const answer = await page.request.post('/api/auth/sign-up/email', {
    data: { name, email, password },
    headers: { origin: url, ...fromElsewhere() },
  })
  expect(answer.status(), await answer.text()).toBe(200)
  const { user } = await answer.json()
  await mail.untilMail(email)
  return { id: user.id, name, email, password }
}

/** The link in the newest message to somebody, once there are so many. */
export async function readLink({ mail }: Deployment, to: string, count = 1): Promise<string> {
  const link = /https?:\S+/.exec(await mail.untilMail(to, count))?.[0]
  if (!link) throw new Error('a message without a link')
  return link
}
