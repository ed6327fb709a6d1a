/** The inspector: a person's own token through both services, and what becomes of it when it is broken. */

import type { Locator, Page } from '@playwright/test'
import { expect, test } from './_fixtures.js'
import { callApi, openDashboard } from './_tasks.js'

test('the journey shows the person’s own token, keys, trace, and the rows in their reach', async ({
  page,
  newPage,
  signUp,
  apiURL,
  baseURL,
}) => {
  const alice = await signUp(page, 'Alice')
  const elsewhere = await newPage()
  await signUp(elsewhere, 'Bob')
  for (const title of ['One', 'Two']) {
    await callApi(page, apiURL, 'POST', '/api/me/tasks', { title })
  }
  for (const title of ['Three', 'Four', 'Five']) {
    await callApi(elsewhere, apiURL, 'POST', '/api/me/tasks', { title })
  }
  const identity = await callApi(page, apiURL, 'GET', '/api/me')
  const { keys } = await (await page.request.get('/api/auth/jwks')).json()
  await openInspector(page)

  const cookie = await openHop(page, 'You are signed in')
  await expect(cookie).toContainText('better-auth.session_token')
  await expect(cookie).toContainText('HttpOnly; SameSite=Lax')
  const token = await openHop(page, 'The site hands out a token')
  await expect(token.getByRole('region', { name: 'Header' })).toContainText('EdDSA')
  const claims = token.getByRole('region', { name: 'Claims' })
  for (const value of [alice.id, identity.sessionId, baseURL ?? '', apiURL]) {
    await expect(claims).toContainText(value)
  }
  await expect(token).toContainText(/Good for 14:\d\d more/)
  const before = await token.getByText(/^Good for/).textContent()
  await expect(token.getByText(/^Good for/)).not.toHaveText(before ?? '')

  const keyList = await openHop(page, 'The API knows the keys already')
  for (const { kid } of keys) await expect(keyList).toContainText(kid)
  await expect(keyList.getByText('signed your token')).toHaveCount(1)
  await expect(keyList).toContainText(/The API (last looked \d+ s ago|looked just now)/)

  const trace = await openHop(page, 'The API checks the token by itself')
  for (const group of ['Its shape', 'Its key', 'Its claims', 'Still signed in']) {
    await trace.getByText(group, { exact: true }).click()
  }
  const rows = trace.getByRole('row')
  await expect(rows.filter({ hasText: 'passed' })).toHaveCount(24)
  await expect(rows.filter({ hasText: 'The signature is good' })).toHaveText(/passed.*[µm]s/)
  await expect(rows.last()).toContainText('Not signed out meanwhile')
  await expect(trace).toContainText(
    'Asked again, the signature was remembered and the other 12 checks',
  )

  await expect(await openHop(page, 'The token becomes a person')).toContainText(alice.id)
  const fence = await openHop(page, 'Postgres holds the line')
  await expect(fence).toContainText('own_tasks')
  await expect(fence).toContainText('app.user_id')
  expect(await readCount(fence, 'rows? you can see')).toBe(2)
  expect(await readCount(fence, 'rows? in the table')).toBeGreaterThanOrEqual(5)
  await expect(await openHop(page, 'You get your tasks')).toContainText(
    '200, 2 tasks on the first page',
  )

  await openInspector(elsewhere)
  const theirs = await openHop(elsewhere, 'Postgres holds the line')
  expect(await readCount(theirs, 'rows? you can see')).toBe(3)
})

test('the counters are the API’s own, and go on while the page is open', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  await openInspector(page)
  const counters = page.getByRole('region', { name: 'Since the API started' })
  const verified = await readCount(counters, 'requests? verified')
  expect(verified).toBeGreaterThan(0)
  expect(await readCount(counters, 'calls? for keys, in the background')).toBeGreaterThan(0)
  const feed = await readCount(counters, 'calls? for revocations, in the background')
  expect(feed).toBeGreaterThan(0)
  const onPath = await readCount(counters, 'requests? that waited for the issuer')
  await expect
    .poll(() => readCount(counters, 'requests? verified'), { timeout: 20_000 })
    .toBeGreaterThan(verified)
  expect(await readCount(counters, 'requests? that waited for the issuer')).toBe(onPath)
})

test('every way to break it is answered by the API itself', async ({
  page,
  signUp,
  apiURL,
  watch,
}) => {
  await signUp(page)
  await openInspector(page)
  watch.allow(/status of 40[13] /)
  await openExperiments(page)
  const cases = [
    ['An expired token', 'Send an expired token', 401, 'token_expired', 'It has ended'],
    [
      'A tampered token',
      'Send a tampered token',
      401,
      'signature_invalid',
      'The signature does not match',
    ],
    [
      'A token without an algorithm',
      'Send alg: none',
      401,
      'algorithm_not_allowed',
      'Its algorithm is not allowed here',
    ],
    [
      'A token signed with the public key',
      'Send HS256',
      401,
      'algorithm_not_allowed',
      'Its algorithm is not allowed here',
    ],
    ['A token for another API', 'Send it here', 401, 'audience_mismatch', 'It is for another API'],
    ['Somebody else’s tasks', 'Ask for their tasks', 403, 'not_owner', ''],
  ] as const
  for (const [name, button, status, code, check] of cases) {
    const card = page.getByRole('region', { name })
    const answered = page.waitForResponse(
      (answer) => answer.url().startsWith(apiURL) && answer.status() === status,
    )
    await card.getByRole('button', { name: button }).click()
    const answer = await answered
    expect((await answer.json()).code).toBe(code)
    await expect(card).toContainText(`Refused, as it should be${status} ${code}`)
    await expect(card).toContainText(answer.headers()['x-request-id'] ?? 'no request id')
    await expect(card).toContainText(check)
    if (status === 401) await expect(card).toContainText('error="invalid_token"')
  }
  // The person's own token is as good as before.
  await page.getByRole('button', { name: 'Take a new token' }).click()
  await expect(await openHop(page, 'You get your tasks')).toContainText('200, 0 tasks')
})

test('a session that is ended elsewhere is refused while somebody watches', async ({
  page,
  signUp,
  watch,
}) => {
  await signUp(page)
  await openInspector(page)
  watch.allow(/status of 401 /)
  await openHop(page, 'You are signed in')
  const card = page.getByRole('region', { name: 'Sign out elsewhere' })
  await card.getByRole('button', { name: 'Sign out there and watch' }).click()
  await expect(card).toContainText(/Accepted \d+ times, then refused \d[\d.]* [mµ]s after/, {
    timeout: 20_000,
  })
  await expect(card).toContainText('401 token_revoked')
  await expect(card).toContainText('Its session has ended')
  // Only that session ended, and nothing of it is left.
  await page.goto('/account')
  const devices = page.getByRole('region', { name: 'Where you are signed in' })
  await expect(devices.getByRole('listitem')).toHaveCount(1)
  await expect(devices).toContainText('This device')
})

test('a rotated key reaches the API before it signs, and no request fails', async ({
  page,
  signUp,
  apiURL,
}) => {
  test.setTimeout(150_000)
  await signUp(page)
  await openInspector(page)
  await openHop(page, 'The API knows the keys already')
  const card = page.getByRole('region', { name: 'A new signing key' })
  await card.getByRole('button', { name: 'Rotate the key' }).click()
  await expect(card).toContainText(/Signing ?in [0-5]:\d\d/)
  const published = await card.getByRole('definition').first().textContent()
  const { keys } = await (await page.request.get('/api/auth/jwks')).json()
  expect(keys.map(({ kid }: { kid: string }) => kid)).toContain(published)
  // The API looks once a minute.
  await expect(card).toContainText(/Known to the API ?yes/, { timeout: 90_000 })
  await expect(card).toContainText(/[1-9]\d* requests? meanwhile, 0 failed\./)
  await card.getByRole('button', { name: 'Stop watching' }).click()
  await callApi(page, apiURL, 'GET', '/api/me/tasks')
})

test('no token and no cookie is in the page, and no request goes anywhere else', async ({
  page,
  signUp,
  apiURL,
  baseURL,
  watch,
}) => {
  await signUp(page)
  watch.allow(/status of 40[13] /)
  const tokens: string[] = []
  const origins = new Set<string>()
  page.on('request', (request) => {
    origins.add(new URL(request.url()).origin)
    const { authorization } = request.headers()
    if (authorization) tokens.push(authorization.replace('Bearer ', ''))
  })
  await openInspector(page)
  await openExperiments(page)
  for (const button of ['Send an expired token', 'Send a tampered token', 'Send it here']) {
    await page.getByRole('button', { name: button }).click()
  }
  await expect(page.getByText(/^401 /)).toHaveCount(3)
  const held = await page.evaluate(() =>
    JSON.stringify([
      document.documentElement.outerHTML,
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      location.href,
    ]),
  )
  expect(tokens.length).toBeGreaterThan(4)
  for (const token of tokens) {
    const [head = '', claims = '', signature = ''] = token.split('.')
    for (const part of [head, claims, signature]) expect(held).not.toContain(part)
  }
  for (const { name, value } of await page.context().cookies()) {
    if (name.includes('session')) expect(held).not.toContain(value.split('.')[0])
  }
  expect([...origins].sort()).toEqual([baseURL, apiURL].sort())
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing in the inspector bars anybody, in ${colorScheme}, wide or on a phone`, async ({
    page,
    signUp,
    expectAccessible,
    watch,
  }) => {
    await page.emulateMedia({ colorScheme })
    await signUp(page)
    watch.allow(/status of 40[13] /)
    await openInspector(page)
    await expectAccessible(page)
    await openExperiments(page)
    await page.getByRole('button', { name: 'Send an expired token' }).click()
    await page.getByRole('button', { name: 'Ask for their tasks' }).click()
    await expect(page.getByText(/^40[13] /)).toHaveCount(2)
    await expectAccessible(page)
    await page.setViewportSize({ width: 375, height: 800 })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow).toBe(0)
    await expectAccessible(page)
  })
}

test('an API that is away is said to be away, and asked again', async ({
  page,
  signUp,
  apiURL,
  expectAccessible,
  watch,
}) => {
  await signUp(page)
  watch.allow(/ERR_FAILED/)
  await page.route(`${apiURL}/**`, (route) => route.abort())
  await page.goto('/inspector')
  await expect(page.getByText('The API cannot be reached just now.')).toBeVisible()
  await expect(hop(page, 'The site hands out a token')).toBeVisible()
  await expectAccessible(page)
  await page.unroute(`${apiURL}/**`)
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(hop(page, 'You get your tasks')).toBeVisible()
  await expect(page.getByText('The API cannot be reached just now.')).toHaveCount(0)
})

test('the menu leads to the inspector, for whoever is signed in, until another tab signs out', async ({
  page,
  signUp,
}) => {
  await page.goto('/inspector')
  await page.waitForURL(/\/sign-in\?next=%2Finspector/)
  await signUp(page)
  await openDashboard(page)
  await page.getByRole('button', { name: /^Account/ }).click()
  await page.getByRole('menuitem', { name: 'Inspector' }).click()
  await expect(hop(page, 'You get your tasks')).toBeVisible({ timeout: 20_000 })
  const tab = await page.context().newPage()
  await openDashboard(tab)
  await tab.getByRole('button', { name: /^Account/ }).click()
  await tab.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in\?next=%2Finspector/)
})

test('it fits one screen before anything is opened, on a phone as well', async ({
  page,
  signUp,
}) => {
  await signUp(page)
  for (const [width, height] of [
    [1440, 900],
    [768, 1024],
    [375, 812],
  ] as const) {
    await page.setViewportSize({ width, height })
    await openInspector(page)
    const last = await hop(page, 'You get your tasks').boundingBox()
    expect((last?.y ?? Number.NaN) + (last?.height ?? 0)).toBeLessThanOrEqual(height)
  }
})

test('a changed letter breaks the seal, and the result is taken along without the token', async ({
  page,
  context,
  signUp,
  watch,
}) => {
  const { id } = await signUp(page)
  watch.allow(/status of 401 /)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openInspector(page)
  await openHop(page, 'The site hands out a token')
  const card = page.getByRole('region', { name: 'A tampered token' })
  await card.getByLabel('User id in the token').fill(id)
  await expect(card).toContainText('The seal is whole')
  await card.getByLabel('User id in the token').fill(`${id}x`)
  await expect(card).toContainText('The seal is broken')
  const sent = page.waitForRequest((request) => request.url().endsWith('/api/me/inspection'))
  await card.getByRole('button', { name: 'Send a tampered token' }).click()
  const token = (await sent).headers().authorization?.replace('Bearer ', '') ?? ''
  await expect(card).toContainText('Refused, as it should be')

  const [, claims = 'none', signature = 'none'] = token.split('.')
  await card.getByRole('button', { name: 'Copy as curl' }).click()
  await expect(card).toContainText('Put a token into $TOKEN first.')
  const command = await page.evaluate(() => navigator.clipboard.readText())
  expect(command).toMatch(/^curl -i '.*\/api\/me\/inspection' -H "Authorization: Bearer \$TOKEN"$/)
  await card.getByRole('button', { name: 'Copy this result' }).click()
  await expect(card).toContainText(/Copied\.$/)
  const result = await page.evaluate(() => navigator.clipboard.readText())
  expect(result).toContain('A tampered token: 401 signature_invalid\nThe signature does not match')
  for (const secret of [claims, signature, id]) {
    expect(command).not.toContain(secret)
    expect(result).not.toContain(secret)
  }
})

async function openInspector(page: Page): Promise<void> {
  await page.goto('/inspector')
  await expect(hop(page, 'You get your tasks')).toBeVisible({ timeout: 20_000 })
}

/** One stage of the journey. */
function hop(page: Page, title: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) })
}

/** Shows what travelled. */
async function openHop(page: Page, title: string): Promise<Locator> {
  const found = hop(page, title)
  const button = found.getByRole('button', { name: title })
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click()
  return found
}

/** Shows every way to break it. */
async function openExperiments(page: Page): Promise<void> {
  for (const title of [
    'You are signed in',
    'The site hands out a token',
    'The API knows the keys already',
    'The API checks the token by itself',
    'The token becomes a person',
  ]) {
    await openHop(page, title)
  }
}

/** The number that stands above a label. */
async function readCount(place: Locator, label: string): Promise<number> {
  const term = place.getByRole('term').filter({ hasText: new RegExp(`^${label}$`) })
  const text = await term.locator('xpath=../dd').textContent()
  return Number(text?.replaceAll(',', ''))
}
