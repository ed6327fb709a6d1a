/** The inspector: as it opens, with every message open, and with each experiment done. */

import type { Page } from '@playwright/test'
import type { State } from './state.js'

const hops = [
  'You are signed in',
  'The site hands out a token',
  'The API knows the keys already',
  'The API checks the token by itself',
  'The token becomes a person',
  'Postgres holds the line',
  'You get your tasks',
] as const

const experiments = [
  ['expired', 'An expired token', 'Send an expired token'],
  ['tampered', 'A tampered token', 'Send a tampered token'],
  ['unsigned', 'A token without an algorithm', 'Send alg: none'],
  ['public-key', 'A token signed with the public key', 'Send HS256'],
  ['other-api', 'A token for another API', 'Send it here'],
  ['other-person', 'Somebody else’s tasks', 'Ask for their tasks'],
  ['signed-out-elsewhere', 'Sign out elsewhere', 'Sign out there and watch'],
] as const

export const inspector: readonly State[] = [
  { name: 'inspector', open: (page) => arrive(page) },
  { name: 'inspector-open', open: (page) => openHops(page) },
  ...experiments.map(
    ([name, title, button]): State => ({
      name: `inspector-${name}`,
      async open(page) {
        await openHops(page)
        const card = page.getByRole('region', { name: title })
        await card.getByRole('button', { name: button }).click()
        await card.getByText('Refused, as it should be').waitFor({ timeout: 20_000 })
      },
    }),
  ),
  {
    name: 'inspector-rotation',
    async open(page) {
      await openHops(page)
      const card = page.getByRole('region', { name: 'A new signing key' })
      await card.getByRole('button', { name: 'Rotate the key' }).click()
      await card.getByText(/Signing/).waitFor()
    },
  },
  {
    name: 'inspector-cut-off',
    async open(page) {
      await page.route('**/api/me/**', (route) => route.abort())
      await page.goto('/inspector')
      await page.getByRole('button', { name: 'Try again' }).waitFor()
    },
  },
]

async function arrive(page: Page): Promise<void> {
  await page.goto('/inspector')
  await page.getByRole('heading', { name: 'You get your tasks' }).waitFor({ timeout: 20_000 })
}

async function openHops(page: Page): Promise<void> {
  await arrive(page)
  for (const title of hops) {
    const button = page.getByRole('button', { name: title })
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click()
  }
}
