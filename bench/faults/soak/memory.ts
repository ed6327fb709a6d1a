/** What other Node.js processes hold: each was started with the environment that `watchMemory` gives. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Bytes, but for the descriptors. */
export interface Held {
  /** What is alive on the heap of V8, after everything else was collected. */
  readonly heapUsed: number
  readonly external: number
  /** A part of `external`. */
  readonly arrayBuffers: number
  readonly rss: number
  readonly descriptors: number
}

export interface MemoryWatch {
  readonly env: Readonly<Record<string, string>>
  /** Has a process collect its garbage, and gives what is left. Nobody should ask it for anything meanwhile. */
  measure(pid: number): Promise<Held>
  stop(): Promise<void>
}

export async function watchMemory(): Promise<MemoryWatch> {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-memory-'))
  return {
    env: {
      MEMORY_FOLDER: folder,
      NODE_OPTIONS: `--import=${new URL('./memory-probe.mjs', import.meta.url).href}`,
    },
    async measure(pid) {
      process.kill(pid, 'SIGUSR2')
      const name = `${pid}.json`
      while (!(await readdir(folder)).includes(name)) await wait(20)
      const usage = JSON.parse(await readFile(join(folder, name), 'utf8')) as NodeJS.MemoryUsage
      await rm(join(folder, name))
      return { ...usage, descriptors: await countDescriptors(pid) }
    },
    stop: () => rm(folder, { recursive: true }),
  }
}

export async function countDescriptors(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length
}

/** Resident memory of a process as it is, in bytes. */
export async function readResident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
