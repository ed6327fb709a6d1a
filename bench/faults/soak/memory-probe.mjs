/** Loaded ahead of a process: on SIGUSR2 it collects everything, and writes down what is left in MEMORY_FOLDER. */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  process.on('SIGUSR2', async () => {
    collect()
    // What is finalized after the first time is only collected by the second.
    await turn()
    collect()
    const file = join(process.env.MEMORY_FOLDER, `${process.pid}.json`)
    writeFileSync(`${file}.part`, JSON.stringify(process.memoryUsage()))
    renameSync(`${file}.part`, file)
  })
}
