/** What is alive on the heap of another Node.js process, which was started with `--heapsnapshot-signal=SIGUSR2`. */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } }
  readonly nodes: readonly number[]
}

/**
 * Has the process collect everything and write down what is left.
 *
 * @param folder Its `--diagnostic-dir`, with nothing else in it.
 * @returns Bytes.
 */
export async function measureHeap(pid: number, folder: string): Promise<number> {
  process.kill(pid, 'SIGUSR2')
  const { snapshot, nodes } = await readSnapshot(folder)
  const { length: step } = snapshot.meta.node_fields
  const size = snapshot.meta.node_fields.indexOf('self_size')
  let bytes = 0
  for (let at = size; at < nodes.length; at += step) bytes += nodes[at] ?? 0
  return bytes
}

/** The file is there before it is whole. */
async function readSnapshot(folder: string): Promise<Snapshot> {
  for (;;) {
    await wait(500)
    const [name] = (await readdir(folder)).filter((each) => each.endsWith('.heapsnapshot'))
    if (name === undefined) continue
    const file = join(folder, name)
    const text = await readFile(file, 'utf8')
    if (!text.trimEnd().endsWith('}')) continue
    await rm(file)
    return JSON.parse(text) as Snapshot
  }
}
