/** The account, and what is left of one. */

import { at, form, press, type State } from './state.js'

export const account: readonly State[] = [
  { name: 'account', open: at('/account') },
  { name: 'account-printed', open: at('/account'), isPrinted: true },
  {
    name: 'account-refused',
    async open(page) {
      await form(page, '/account')
      await page.getByLabel('Current password', { exact: true }).fill('not the password')
      await page.getByLabel('New password', { exact: true }).fill('grey coat, third hook')
      await press(page, 'Change the password')
      await page.getByRole('main').getByRole('alert').first().waitFor()
    },
  },
  { name: 'account-delete', open: at('/account/delete') },
  {
    name: 'receipt',
    who: 'nobody',
    async open(page) {
      const email = `${crypto.randomUUID()}@example.com`
      await page.goto('/')
      const { origin } = new URL(page.url())
      await page.request.post('/api/auth/sign-up/email', {
        data: { name: 'Somebody', email, password: 'umbrella quartz violin' },
        headers: { origin },
      })
      await form(page, '/account/delete')
      await page.getByLabel('Your password').fill('umbrella quartz violin')
      await press(page, 'Delete the account for good')
      await page.getByRole('heading', { name: 'Your account is deleted' }).waitFor()
    },
  },
]
