/** Passwords are guessed: at sign-in, and by whoever holds somebody's session. */
import { describe, expect, it } from 'vitest'
import { openBrowser } from '../../apps/web/src/auth/_app.js'
import { from, openLocalBrowser, password, readCode, signUpAt, startTrial } from './_web.js'

const wrong = 'not the password'

function signIn(
  email: string,
  given: string,
  address: string,
  browser = openLocalBrowser(),
): Promise<Response> {
  const body = { email, password: given }
  return browser.send('POST', '/api/auth/sign-in/email', body, from(address))
}

describe('guessing at sign-in', () => {
  it('ends after ten wrong ones for one account from one address, however many are sent at once', async () => {
    await startTrial()
    await signUpAt(openLocalBrowser(), 'alice@example.com', '192.0.2.1')
    const answers = await Promise.all(
      Array.from({ length: 14 }, () => signIn('Alice@example.com', wrong, '192.0.2.2')),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)])
    const refused = await signIn('alice@example.com', password, '192.0.2.2')
    expect(await readCode(refused)).toEqual([429, 'TOO_MANY_ATTEMPTS'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('does not lock the owner out, elsewhere or on a device that signed in before', async () => {
    await startTrial()
    const device = openLocalBrowser()
    await signUpAt(device, 'alice@example.com', '192.0.2.1')
    await device.send('POST', '/api/auth/sign-out', {})
    for (let count = 0; count < 12; count += 1) {
      await signIn('alice@example.com', wrong, '192.0.2.1')
    }
    expect((await signIn('alice@example.com', password, '192.0.2.1')).status).toBe(429)
    expect((await signIn('alice@example.com', password, '192.0.2.9')).status).toBe(200)
    expect((await signIn('alice@example.com', password, '192.0.2.1', device)).status).toBe(200)
  })

  it('is counted for a device that signed in before as well, by itself', async () => {
    await startTrial()
    const device = openLocalBrowser()
    await signUpAt(device, 'alice@example.com', '192.0.2.1')
    await device.send('POST', '/api/auth/sign-out', {})
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) {
      const address = `198.51.100.${count}`
      statuses.push((await signIn('alice@example.com', wrong, address, device)).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429])
    expect((await signIn('alice@example.com', password, '192.0.2.1')).status).toBe(200)
  })

  it('takes no device’s word for another account, nor one that it made up', async () => {
    await startTrial()
    const mallory = openLocalBrowser()
    await signUpAt(mallory, 'mallory@example.com', '192.0.2.1')
    await signUpAt(openLocalBrowser(), 'alice@example.com', '192.0.2.2')
    const cookies = [...mallory.cookies].filter(([name]) => name.includes('device_'))
    expect(cookies).toHaveLength(1)
    const [[, own = ''] = []] = cookies
    const other = openLocalBrowser()
    await signUpAt(other, 'bob@example.com', '192.0.2.3')
    const [names = ''] = [...other.cookies.keys()].filter((name) => name.includes('device_'))
    const statuses: number[] = []
    for (let count = 0; count < 11; count += 1) {
      const browser = openLocalBrowser()
      // Both under the name that the account's own cookie would have, as an attacker can work it out.
      browser.cookies.set(names, count % 2 === 0 ? own : `${own.slice(0, 60)}made-up`)
      statuses.push((await signIn('bob@example.com', wrong, '192.0.2.4', browser)).status)
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429])
  })

  it('ends after a hundred wrong ones for one account, from wherever', async () => {
    await startTrial()
    await signUpAt(openLocalBrowser(), 'alice@example.com', '192.0.2.1')
    const statuses: number[] = []
    for (let count = 0; count < 101; count += 1) {
      // An account nobody has takes as long and counts the same.
      statuses.push((await signIn('nobody@example.com', wrong, `198.51.100.${count}`)).status)
    }
    expect(statuses).toEqual([...Array(100).fill(401), 429])
    expect((await signIn('alice@example.com', password, '198.51.100.1')).status).toBe(200)
  })

  it.each([
    ['/64', '2001:db8:1:1::', 1],
    ['/48', '2001:db8:1:', 5],
  ])('counts all of an IPv6 %s as one', async (_, prefix, networks) => {
    await startTrial()
    let allowed = 0
    for (let count = 0; count < 20 * networks + 1; count += 1) {
      const address = networks === 1 ? `${prefix}${count + 1}` : `${prefix}${count % networks}::1`
      const email = `person-${count}@example.com`
      if ((await signIn(email, wrong, address)).status === 401) allowed += 1
    }
    expect(allowed).toBe(networks === 1 ? 20 : 80)
  })
})

describe('guessing with somebody’s session', () => {
  it.each([
    ['/delete-user', { password: wrong }],
    ['/change-password', { currentPassword: wrong, newPassword: 'another good password' }],
    ['/change-email', { newEmail: 'thief@example.com', password: wrong }],
  ])(
    'ends after ten wrong ones at %s, and so does every other way to guess',
    async (path, body) => {
      await startTrial()
      const thief = openLocalBrowser()
      await signUpAt(thief, 'alice@example.com', '192.0.2.1')
      const statuses: number[] = []
      for (let count = 0; count < 11; count += 1) {
        const address = from(`198.51.100.${count}`)
        statuses.push((await thief.send('POST', `/api/auth${path}`, body, address)).status)
      }
      expect(statuses).toEqual([...Array(10).fill(400), 429])
      const right = { password }
      const answer = await thief.send('POST', '/api/auth/delete-user', right, from('192.0.2.9'))
      expect(await readCode(answer)).toEqual([429, 'TOO_MANY_ATTEMPTS'])
      // Somebody else is not concerned.
      const bob = openLocalBrowser()
      await signUpAt(bob, 'bob@example.com', '192.0.2.3')
      expect((await bob.send('POST', '/api/auth/delete-user', right)).status).toBe(200)
    },
  )

  it('is not counted where the password was right', async () => {
    await startTrial()
    const alice = openLocalBrowser()
    await signUpAt(alice, 'alice@example.com', '192.0.2.1')
    let current = password
    for (let count = 0; count < 12; count += 1) {
      const next = `${password} ${count}`
      const body = { currentPassword: current, newPassword: next }
      const answer = await alice.send('POST', '/api/auth/change-password', body, {
        ...from(`198.51.100.${count}`),
      })
      expect(answer.status).toBe(200)
      current = next
    }
  })

  it('is not possible through an endpoint that only says whether a password is right', async () => {
    await startTrial()
    const thief = openBrowser('http://localhost:3000')
    await signUpAt(thief, 'alice@example.com', '192.0.2.1')
    const statuses = new Set<number>()
    for (let count = 0; count < 11; count += 1) {
      const body = { password: wrong }
      const address = from(`198.51.100.${count}`)
      statuses.add((await thief.send('POST', '/api/auth/verify-password', body, address)).status)
    }
    expect([[404], [400, 429]]).toContainEqual([...statuses])
  })
})
