/** The account page as a whole: what stands first, where its sections are, and what it remembers. */

import { openAccount, signInAs } from './_account.js'
import { expect, test } from './_fixtures.js'

test('devices stand first, each section has an address, and password managers find theirs', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  await openAccount(page)
  const cards = page.getByRole('main').getByRole('region')
  await expect(cards.first()).toHaveAccessibleName('Where you are signed in')
  const links = page.getByRole('navigation', { name: 'Sections of this page' }).getByRole('link')
  await expect(links.first()).toHaveText('Devices')
  for (const link of await links.all()) {
    const id = (await link.getAttribute('href')) ?? ''
    expect(id).toMatch(/^#\w+$/)
    await link.click()
    await expect(page).toHaveURL(`/account${id}`)
    await expect(page.locator(id).getByRole('heading').first()).toBeInViewport({ ratio: 1 })
  }
  await page.goto('/.well-known/change-password')
  await expect(page).toHaveURL('/account#password')
  await expect(page.getByRole('heading', { name: 'Change your password' })).toBeInViewport()
})

test('the page says what happened to the account lately, the newest first, and nobody else’s', async ({
  page,
  newPage,
  signUp,
}) => {
  const person = await signUp(page)
  const other = await newPage()
  await signInAs(other, person)
  const stranger = await newPage()
  await signUp(stranger)
  await openAccount(page)
  const happened = page.getByRole('region', { name: 'What happened lately' }).getByRole('listitem')
  await expect(happened).toHaveText([/^Signed in.*from /, /^Signed in.*from /])
  const card = page.getByRole('region', { name: 'Change your password' })
  await card.getByLabel('Current password', { exact: true }).fill(person.password)
  await card.getByLabel('New password', { exact: true }).fill('grey coat, third hook')
  await card.getByRole('button', { name: 'Change the password' }).click()
  await expect(card.getByText('Your password is changed.')).toBeVisible()
  await page.reload()
  await expect(happened.first()).toHaveText(/^Password changed.*today at/)
  await openAccount(stranger)
  await expect(
    stranger.getByRole('region', { name: 'What happened lately' }).getByRole('listitem'),
  ).toHaveText([/^Signed in/])
})
