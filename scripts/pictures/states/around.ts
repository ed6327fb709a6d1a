/** The pages around the app: the front page, signing in, and what is not there. */

import { at, fail, form, press, type State } from './state.js'

export const around: readonly State[] = [
  { name: 'home', who: 'nobody', open: at('/') },
  { name: 'home-signed-in', open: at('/') },
  { name: 'sign-in', who: 'nobody', open: at('/sign-in') },
  { name: 'sign-in-signed-out', who: 'nobody', open: at('/sign-in?signed-out') },
  {
    name: 'sign-in-refused',
    who: 'nobody',
    async open(page) {
      await form(page, '/sign-in')
      await page.getByLabel('E-mail').fill('nobody@example.com')
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await press(page, 'Sign in')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  {
    name: 'sign-in-limited',
    who: 'nobody',
    async open(page) {
      await page.route('**/api/auth/sign-in/email', fail(429, { 'retry-after': '45' }))
      await form(page, '/sign-in')
      await page.getByLabel('E-mail').fill('nobody@example.com')
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await press(page, 'Sign in')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  { name: 'sign-up', who: 'nobody', open: at('/sign-up') },
  {
    name: 'sign-up-refused',
    who: 'nobody',
    async open(page) {
      await form(page, '/sign-up')
      await press(page, 'Make the account')
      await page.getByText('Tell us what to call you.').waitFor()
    },
  },
  {
    name: 'sign-up-known-address',
    who: 'nobody',
    async open(page) {
      await form(page, '/sign-up')
      await page.getByLabel('Name').fill('Alice')
      await page.getByLabel('E-mail').fill('alice@example.com')
      await page.getByLabel('Password', { exact: true }).fill('umbrella quartz violin')
      await press(page, 'Make the account')
      await page.getByRole('main').getByRole('alert').waitFor()
    },
  },
  { name: 'forgot-password', who: 'nobody', open: at('/forgot-password') },
  {
    name: 'forgot-password-sent',
    who: 'nobody',
    async open(page) {
      await form(page, '/forgot-password')
      await page.getByLabel('E-mail').fill('alice@example.com')
      await press(page, 'Send the link')
      await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    },
  },
  { name: 'reset-password', who: 'nobody', open: at('/reset-password?token=some') },
  { name: 'reset-password-bad', who: 'nobody', open: at('/reset-password?error=INVALID_TOKEN') },
  { name: 'verify-email', who: 'nobody', open: at('/verify-email') },
  { name: 'verify-email-done', who: 'nobody', open: at('/verify-email?confirmed') },
  { name: 'outbox', who: 'nobody', open: at('/dev/mail') },
  { name: 'not-found', who: 'nobody', open: at('/no-such-page') },
  {
    name: 'api-docs',
    who: 'nobody',
    async open(page, api) {
      await page.goto(`${api}/docs`)
      await page.locator('.opblock').first().waitFor()
    },
  },
]
