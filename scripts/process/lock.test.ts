import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { root } from '../start/data-dir.js'
import { identifyProcess } from './identity.js'
import { type Holder, type Lock, takeLock } from './lock.js'

let folder: string

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'claimcheck-lock-')), 'lock')
})

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true, force: true })
})

describe('a lock', () => {
  test('is refused while it is held, naming the holder, and can be had after its release', async () => {
    const lock = await takeLock(folder)
    expect(isLock(lock)).toBe(true)
    expect(await takeLock(folder)).toEqual({ pid: process.pid })
    await (lock as Lock).release()
    const next = await takeLock(folder)
    expect(next).toMatchObject({ wasAbandoned: false })
  })

  test('is had by at most one of many that ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => takeLock(folder)))
    expect(answers.filter(isLock).length).toBeLessThanOrEqual(1)
    expect(await readdir(folder)).toHaveLength(answers.filter(isLock).length)
  })

  test('is refused while another process holds it, and taken over once that was killed', async () => {
    const holder = await holdElsewhere(folder)
    expect(await takeLock(folder)).toEqual({ pid: holder.pid })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(await takeLock(folder)).toMatchObject({ wasAbandoned: true })
  })

  test('of a process that ended is not held by a later one with the same pid', async () => {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${process.pid}-00000000-1.abcdef01`), '')
    expect(await takeLock(folder)).toMatchObject({ wasAbandoned: true })
  })
})

describe('the identity of a process', () => {
  test('is the same each time, and none for a process that does not exist', () => {
    expect(identifyProcess(process.pid)).toBe(identifyProcess(process.pid))
    expect(identifyProcess(2 ** 30)).toBeUndefined()
  })

  test('is none for a process that ended and was not collected by its parent', async () => {
    // `sleep` replaces the shell, and never asks for the shell's child, which ends later and stays a zombie.
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [line] = await once(parent.stdout, 'data')
    const zombie = Number(String(line))
    await expect.poll(() => identifyProcess(zombie), { timeout: 20_000 }).toBeUndefined()
    // Signals still reach it, which is what a simpler check would go by.
    expect(process.kill(zombie, 0)).toBe(true)
    parent.kill('SIGKILL')
  })
})

function isLock(answer: Lock | Holder): answer is Lock {
  return 'release' in answer
}

async function holdElsewhere(path: string): Promise<ChildProcess> {
  const module = JSON.stringify(join(root, 'scripts/process/lock.ts'))
  const code = `import { takeLock } from ${module}
await takeLock(${JSON.stringify(path)})
console.log('held')
setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', code],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(child.stdout, 'data')
  return child
}
