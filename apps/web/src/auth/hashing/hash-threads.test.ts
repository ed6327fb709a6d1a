import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { expect, it, onTestFinished } from 'vitest'
import { createHashThreads } from './hash-threads.js'

function start(count: number) {
  const file = new URL('./_hash-thread.mjs', import.meta.url)
  const threads = createHashThreads({ count, file })
  onTestFinished(() => threads.close())
  return threads
}

/** Threads of this process that stand behind it. */
function countBehind(): number {
  const own = getPriority()
  return readdirSync('/proc/self/task').filter((id) => {
    try {
      return getPriority(Number(id)) > own
    } catch {
      // It ended meanwhile.
      return false
    }
  }).length
}

it('hash as Better Auth does, whichever of them stored a password', async () => {
  const { hash, verify } = start(1)
  for (const password of ['correct horse battery', 'ﬁve Å', '']) {
    expect(await verifyPassword({ hash: await hash(password), password })).toBe(true)
    expect(await verify({ hash: await hashPassword(password), password })).toBe(true)
    expect(await verify({ hash: await hashPassword(password), password: `${password}!` })).toBe(
      false,
    )
  }
  expect(await hash('same')).not.toBe(await hash('same'))
})

it('refuse what is no hash, and a key of another length', async () => {
  const { hash, verify } = start(1)
  await expect(verify({ hash: 'none', password: 'a' })).rejects.toThrow('a salt and a key')
  expect(await verify({ hash: (await hash('a')).slice(0, -2), password: 'a' })).toBe(false)
})

it.runIf(process.platform === 'linux')('stand behind the rest of the process', async () => {
  const { hash } = start(2)
  await Promise.all([hash('a'), hash('b')])
  // One of an earlier test may still be on its way out.
  await expect.poll(countBehind, { timeout: 20_000 }).toBe(2)
})

it('start again after one ended, which fails what it was asked for', async () => {
  const { hash, close } = start(1)
  const lost = expect(hash('a')).rejects.toThrow('ended')
  await close()
  await lost
  expect(await hash('a')).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/)
})
