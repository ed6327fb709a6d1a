import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProgress } from '../process/progress.js'
import { buildStale, type Workspace } from './builds.js'

const workspace: Workspace = {
  title: 'the part',
  folder: 'part',
  sources: ['package-lock.json', 'part'],
  results: ['part/dist'],
}

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'claimcheck-builds-'))
  await mkdir(join(root, 'part/src'), { recursive: true })
  await write('package.json', '{ "private": true, "workspaces": ["part"] }')
  await write('package-lock.json', '{}')
  await write('part/src/a.txt', 'one')
  await setBuild(`const fs = require('fs')
fs.mkdirSync('dist', { recursive: true })
fs.cpSync('src', 'dist', { recursive: true })
fs.appendFileSync('../count', 'x')`)
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
})

describe('a workspace', () => {
  test('is built once, and not again while nothing changes', async () => {
    await build()
    await build()
    expect(await countBuilds()).toBe(1)
    expect(await readFile(join(root, 'part/dist/a.txt'), 'utf8')).toBe('one')
  })

  test.each([
    ['a source has other content', () => write('part/src/a.txt', 'two')],
    ['a source is new', () => write('part/src/b.txt', 'one')],
    ['a source is gone', () => rm(join(root, 'part/src/a.txt'))],
    ['the lockfile has changed', () => write('package-lock.json', '{ }')],
    ['its result is gone', () => rm(join(root, 'part/dist'), { recursive: true })],
    ['someone else has built something else', () => write('part/dist/a.txt', 'other')],
    [
      'a source has other content but an older date',
      async () => {
        await write('part/src/a.txt', 'two')
        await utimes(join(root, 'part/src/a.txt'), 0, 0)
      },
    ],
  ])('is built again when %s', async (_, change) => {
    await build()
    await change()
    await build()
    expect(await countBuilds()).toBe(2)
    await build()
    expect(await countBuilds()).toBe(2)
  })

  test('is not built again because a file was touched, or a test changed', async () => {
    await build()
    await utimes(join(root, 'part/src/a.txt'), new Date(), new Date())
    await write('part/src/a.test.ts', 'one')
    await build()
    expect(await countBuilds()).toBe(1)
  })

  test('keeps nothing of a source that is gone', async () => {
    await write('part/src/b.txt', 'one')
    await build()
    await rm(join(root, 'part/src/b.txt'))
    await build()
    await expect(readFile(join(root, 'part/dist/b.txt'))).rejects.toThrow('ENOENT')
  })

  test('is quoted when its build fails, and built again the next time', async () => {
    await setBuild("console.log('this is why'); process.exit(3)")
    await expect(build()).rejects.toThrow(/^Building the part failed:\n.*\nthis is why/s)
    await expect(build()).rejects.toThrow(/^Building the part failed:/)
  })

  test('is built once when two ask at the same time', async () => {
    await Promise.all([build(), build()])
    expect(await countBuilds()).toBe(1)
  })
})

function build(): Promise<void> {
  return buildStale([workspace], { root, progress: createProgress({ write: () => {} }) })
}

async function countBuilds(): Promise<number> {
  return (await readFile(join(root, 'count'), 'utf8')).length
}

async function setBuild(code: string): Promise<void> {
  await write('part/build.cjs', code)
  await write('part/package.json', '{ "name": "part", "scripts": { "build": "node build.cjs" } }')
}

function write(path: string, content: string): Promise<void> {
  return writeFile(join(root, path), content)
}
