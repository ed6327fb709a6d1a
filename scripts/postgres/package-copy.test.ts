import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyPackage } from './package-copy.js'

const isRoot = process.getuid?.() === 0
let native: string
let name: string
let base: string

beforeEach(async () => {
  native = join(await mkdtemp(join(tmpdir(), 'claimcheck-package-')), 'native')
  name = `claimcheck-test-${randomBytes(4).toString('hex')}`
  base = `/var/tmp/${name}-${process.getuid?.()}`
  await mkdir(join(native, 'bin'), { recursive: true })
  await writeFile(join(native, 'bin/server'), 'program', { mode: 0o700 })
  await writeFile(join(native, 'bin/data'), 'text', { mode: 0o600 })
  const links = [{ source: 'native/bin/data', target: 'native/bin/link' }]
  await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links))
})

afterEach(async () => {
  await rm(dirname(native), { recursive: true, force: true })
  for (const folder of [base, `${base}-2`]) await rm(folder, { recursive: true, force: true })
})

describe('the copy of the package', () => {
  test('is where everybody may enter, whole, with its symlinks, and nobody else may write', async () => {
    const copy = await copyPackage(native, name)
    expect(copy).toBe(`${base}/native`)
    expect(await readFile(join(copy, 'bin/server'), 'utf8')).toBe('program')
    expect(await readlink(join(copy, 'bin/link'))).toBe('data')
    expect(await readMode(base)).toBe(0o755)
    expect(await readMode(join(copy, 'bin'))).toBe(0o755)
    expect(await readMode(join(copy, 'bin/server'))).toBe(0o755)
    expect(await readMode(join(copy, 'bin/data'))).toBe(0o644)
  })

  test('is made once', async () => {
    const copy = await copyPackage(native, name)
    const { ino } = await stat(join(copy, 'bin/server'))
    await copyPackage(native, name)
    expect((await stat(join(copy, 'bin/server'))).ino).toBe(ino)
  })

  test('is one also when several start at once', async () => {
    const copies = await Promise.all(Array.from({ length: 5 }, () => copyPackage(native, name)))
    expect(new Set(copies)).toEqual(new Set([`${base}/native`]))
    expect(await readFile(join(base, 'native/bin/server'), 'utf8')).toBe('program')
  })

  test('is made again when the system has cleaned some of it away', async () => {
    const copy = await copyPackage(native, name)
    await rm(join(copy, 'bin/server'))
    await rm(join(copy, 'bin/link'))
    await copyPackage(native, name)
    expect(await readFile(join(copy, 'bin/server'), 'utf8')).toBe('program')
    expect(await readlink(join(copy, 'bin/link'))).toBe('data')
  })

  test('is not taken from a folder that others can write to', async () => {
    await copyPackage(native, name)
    await chmod(base, 0o777)
    expect(await copyPackage(native, name)).toBe(`${base}-2/native`)
  })

  test.runIf(isRoot)('is not taken from a folder that belongs to someone else', async () => {
    await copyPackage(native, name)
    await chown(base, 65_534, 65_534)
    expect(await copyPackage(native, name)).toBe(`${base}-2/native`)
  })
})

async function readMode(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}
