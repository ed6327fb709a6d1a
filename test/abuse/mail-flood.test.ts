/** Somebody has messages sent to an address that is not theirs. */
import { describe, expect, it } from 'vitest'
import { openBrowser } from '../../apps/web/src/auth/_app.js'
import { shutDown } from '../../apps/web/src/lifecycle.js'
import { from, password, readLink, startWeb } from './_web.js'

let caller = 0

/** Each request from another address, which no limit by address notices. */
function ask(path: string, body: unknown, browser = openBrowser()): Promise<Response> {
  caller += 1
  const address = from(`198.51.${caller >> 8}.${caller & 255}`)
  return browser.send('POST', `/api/auth${path}`, body, address)
}

async function join(web: Awaited<ReturnType<typeof startWeb>>, email: string) {
  const browser = openBrowser()
  await ask('/sign-up/email', { name: 'Test', email, password }, browser)
  await browser.send('GET', readLink(await web.untilMail(email)))
  return browser
}

describe('a mailbox that somebody else fills', () => {
  it('gets three messages an hour about signing up with an address that is known', async () => {
    const web = await startWeb()
    await join(web, 'known@example.com')
    const statuses = new Set<number>()
    for (let count = 0; count < 8; count += 1) {
      const person = { name: 'Mallory', email: 'known@example.com', password }
      statuses.add((await ask('/sign-up/email', person)).status)
    }
    // Whoever asks is not told that the mailbox had enough.
    expect([...statuses]).toEqual([200])
    // By then everything that was to be sent has been.
    await shutDown()
    const mail = web.mailTo('known@example.com')
    expect(mail.filter((text) => text.includes('already have an account'))).toHaveLength(3)
  })

  it('gets three messages an hour about an address somebody wants to change to', async () => {
    const web = await startWeb()
    const browser = await join(web, 'mallory@example.com')
    for (let count = 0; count < 6; count += 1) {
      const answer = await ask(
        '/change-email',
        { newEmail: 'victim@example.com', password },
        browser,
      )
      expect(answer.status).toBe(200)
    }
    await shutDown()
    expect(web.mailTo('victim@example.com')).toHaveLength(3)
  })

  it('is asked about three times an hour for a new password, and the fourth is refused to everybody alike', async () => {
    const web = await startWeb()
    await join(web, 'known@example.com')
    for (const email of ['known@example.com', 'nobody@example.com']) {
      const statuses: number[] = []
      for (let count = 0; count < 4; count += 1) {
        statuses.push((await ask('/request-password-reset', { email })).status)
      }
      expect(statuses).toEqual([200, 200, 200, 429])
    }
    await shutDown()
    const mail = web.mailTo('known@example.com')
    expect(mail.filter((text) => text.includes('asked for a new password'))).toHaveLength(3)
  })

  it('gets ten messages a day in all', async () => {
    const web = await startWeb()
    const victim = 'victim@example.com'
    const browser = await join(web, victim)
    for (let count = 0; count < 3; count += 1) {
      await ask('/sign-up/email', { name: 'Mallory', email: victim, password })
      await ask('/request-password-reset', { email: victim })
      await ask('/change-email', { newEmail: `new-${count}@example.com`, password }, browser)
    }
    const other = await join(web, 'mallory@example.com')
    for (let count = 0; count < 3; count += 1) {
      await ask('/change-email', { newEmail: victim, password }, other)
    }
    await shutDown()
    expect(web.mailTo(victim)).toHaveLength(10)
  })
})
