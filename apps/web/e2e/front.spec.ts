/** What strangers and their programs see: the front page, its icons and card, and what searching does not find. */

import { expect, test } from './_fixtures.js'

const title = 'Let your own API trust people who signed in with Better Auth.'

test('the front page says what this is for, draws what happens, and leads to the inspector, the documents and the API', async ({
  page,
  apiURL,
}) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
  const picture = page.getByRole('figure', { name: 'What happens' })
  await expect(picture.getByRole('listitem')).toHaveText([
    /Browser to your site: Somebody signs in/,
    /Your site to the browser: A token/,
    /Your site to your API: Now and then/,
    /Browser to your API: Each request/,
    /Your API: Claimcheck checks it here/,
    /Your API to Postgres: Only the rows/,
  ])
  const links = page.getByRole('main').getByRole('link')
  const targets = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')))
  expect(targets).toContain('/inspector')
  expect(targets).toContain(`${apiURL}/docs`)
  expect(targets.some((href) => href?.endsWith('docs/five-minutes.md'))).toBe(true)
  for (const width of [320, 375, 768, 1440]) {
    await page.setViewportSize({ width, height: 700 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
  }
})

test('the reference of the API opens in the theme that was chosen here', async ({
  page,
  apiURL,
}) => {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/')
  const link = page.getByRole('link', { name: 'API reference' })
  await expect(async () => {
    for (const name of ['Light', 'Dark'])
      await page.getByRole('radio', { name }).check({ force: true })
    await expect(link).toHaveAttribute('href', `${apiURL}/docs?theme=dark`, { timeout: 500 })
  }).toPass()
  await link.click()
  await page.waitForURL(`${apiURL}/docs?theme=dark`)
  await expect(page.locator('.opblock').first()).toBeVisible()
  const ground = await page.evaluate(
    () => getComputedStyle(document.documentElement).backgroundColor,
  )
  await page.goto(`${apiURL}/docs`)
  await expect(page.locator('html')).not.toHaveCSS('background-color', ground)
})

test('a link to it shows a card, and a phone finds an icon and a manifest', async ({
  page,
  baseURL,
}) => {
  await page.goto('/')
  const read = (selector: string, attribute: string) =>
    page.locator(`head ${selector}`).first().getAttribute(attribute)
  expect(await read('meta[property="og:title"]', 'content')).toBe(title)
  expect(await read('meta[name="twitter:card"]', 'content')).toBe('summary_large_image')
  expect(await read('meta[property="og:image:width"]', 'content')).toBe('1200')
  expect(await read('meta[property="og:image:alt"]', 'content')).toContain('Claimcheck')
  const card = (await read('meta[property="og:image"]', 'content')) ?? ''
  expect(card.startsWith(`${baseURL}/`)).toBe(true)
  const manifest = (await read('link[rel="manifest"]', 'href')) ?? ''
  const touch = (await read('link[rel="apple-touch-icon"]', 'href')) ?? ''
  for (const [path, type] of [
    [card, 'image/png'],
    [touch, 'image/png'],
    ['/favicon.ico', 'image/x-icon'],
    [manifest, 'application/manifest+json'],
  ] as const) {
    const answer = await page.request.get(path)
    expect([path, answer.status()]).toEqual([path, 200])
    expect(answer.headers()['content-type']).toContain(type)
    expect((await answer.body()).byteLength).toBeLessThan(200_000)
  }
  const { name, start_url, icons } = await (await page.request.get(manifest)).json()
  expect([name, start_url]).toEqual(['Claimcheck', '/dashboard'])
  for (const { src } of icons) expect((await page.request.get(src)).status()).toBe(200)
})

test('every answer carries the headers that protect it, be it a page, an icon, a script or nothing', async ({
  page,
}) => {
  const html = await (await page.request.get('/')).text()
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(html)?.[1] ?? ''
  expect(script).not.toBe('')
  for (const path of ['/', '/favicon.ico', '/icon.svg', '/no-such-page', script]) {
    const headers = (await page.request.get(path)).headers()
    expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff'])
    expect([path, headers['x-frame-options']]).toEqual([path, 'DENY'])
    expect([path, headers['referrer-policy']]).toEqual([path, 'same-origin'])
    expect(headers['x-powered-by']).toBeUndefined()
  }
})

test('the front page may be found by searching; what is behind it may not', async ({
  page,
  signUp,
}) => {
  const robots = async (path: string) =>
    /<meta name="robots" content="([^"]*)"/.exec(await (await page.request.get(path)).text())?.[1]
  expect(await robots('/')).toBeUndefined()
  for (const path of ['/sign-in', '/sign-up', '/forgot-password', '/verify-email', '/dev/mail']) {
    expect([path, await robots(path)]).toEqual([path, 'noindex'])
  }
  expect(await robots('/account-deleted')).toBe('noindex')
  expect(await robots('/no-such-page')).toBe('noindex')
  await signUp(page)
  for (const path of ['/dashboard', '/account', '/account/delete', '/inspector']) {
    expect([path, await robots(path)]).toEqual([path, 'noindex'])
  }
})
