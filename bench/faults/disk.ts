/** The disk that DATA_DIR is on is full, and then has room again. Root alone can make a disk for it. */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startApiStage } from '../abuse/api-stage.js'
import type { Bar } from '../table.js'
import { startAsking } from './asking.js'
import { toBar } from './bar.js'
import { keepLedger, toOutcomes } from './ledger.js'

/** Megabytes: the files of a new Postgres, and some. */
const SIZE = 256

export async function fillDisk(): Promise<readonly Bar[]> {
  if (process.getuid?.() !== 0) {
    console.log('  Not run: only root can mount a small disk.')
    return []
  }
  const disk = await mkdtemp(join(tmpdir(), 'claimcheck-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}m`, 'claimcheck', disk])
  try {
    return await writeThrough(disk)
  } finally {
    execFileSync('umount', ['--lazy', disk])
    await rm(disk, { recursive: true, force: true })
  }
}

async function writeThrough(disk: string): Promise<readonly Bar[]> {
  const stage = await startApiStage({ dataDir: join(disk, 'data') })
  try {
    const ending = new AbortController()
    const headers = await stage.signIn('ada')
    const until = ending.signal
    const writing = keepLedger({ url: () => stage.url, headers, workers: 8, until })
    const reading = startAsking({
      url: () => `${stage.url}/api/me/tasks?limit=1`,
      headers: () => headers,
      pause: 20,
    })
    await wait(2000)
    const full = performance.now()
    const file = join(disk, 'filler')
    fill(file)
    await wait(15_000)
    rmSync(file)
    let room = performance.now()
    if (!(await isThere(stage))) {
      console.log('  Postgres had ended, and is started again.')
      await stage.stopDatabase()
      room = await stage.startDatabase()
    }
    await wait(4000)
    ending.abort()
    const ledger = await writing
    await reading.stop()
    const kept = new Set(await stage.readIds('ada'))
    const first = ledger.answers.find(({ at, status }) => at > room && status === 200)
    const refused = ledger.answers.filter(({ at, status }) => at > full && status === 503)
    const others = [...ledger.answers, ...reading.answers].filter(
      ({ status }) => status !== 200 && status !== 503,
    )
    console.log(`  writes: ${toOutcomes(ledger)}; reads: ${reading.summary()}`)
    return [
      { name: 'writes that the full disk refused', measured: refused.length, asked: 1, unit: '' },
      toBar('answers other than 200 and 503', others.length, 0),
      toBar('acknowledged and lost', ledger.acknowledged.filter((id) => !kept.has(id)).length, 0),
      toBar(
        'first write once there is room',
        (first?.at ?? Number.POSITIVE_INFINITY) - room,
        2000,
        'ms',
      ),
    ]
  } finally {
    await stage.stop()
  }
}

function fill(file: string): void {
  const descriptor = openSync(file, 'w')
  try {
    for (const size of [1024 * 1024, 4096]) {
      const block = Buffer.alloc(size, 1)
      try {
        while (writeSync(descriptor, block) === size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    }
  } finally {
    closeSync(descriptor)
  }
}

async function isThere({ owner }: Awaited<ReturnType<typeof startApiStage>>): Promise<boolean> {
  return owner.query('select 1').then(
    () => true,
    () => false,
  )
}
