/** Runs every store with every release of Better Auth, and says what became of it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findNewestNode } from '../runtimes.js'
import { installReleases, type Release } from './releases.js'
import { startServers } from './servers.js'
import type { Store } from './stores.js'

export interface StoreTable {
  readonly releases: readonly string[]
  readonly rows: readonly StoreRow[]
}

export interface StoreRow {
  readonly name: string
  /** For each release: 'yes', that it is refused, or what is wrong. */
  readonly outcomes: readonly string[]
}

/** What may be said without something being wrong. */
export const fine: readonly string[] = ['yes', 'refused at the start', 'not installed here']

/** Longer than any run takes, in milliseconds. */
const MOST = 120_000

export async function runStores(chosen: readonly Store[]): Promise<StoreTable> {
  if (chosen.length === 0) return { releases: [], rows: [] }
  console.log('\nInstalling the releases of Better Auth …')
  const place = mkdtempSync(join(tmpdir(), 'claimcheck-matrix-releases-'))
  const servers = await startServers()
  const rows: StoreRow[] = []
  try {
    const releases = installReleases(place)
    for (const store of chosen) {
      console.log(`\n${store.name}`)
      const outcomes: string[] = []
      for (const release of releases) {
        const found = await runStore(store, release, servers.addresses)
        const outcome = toOutcome(store, found)
        console.log(`  Better Auth ${release.version}: ${outcome}`)
        outcomes.push(outcome)
      }
      rows.push({ name: store.name, outcomes })
    }
    return { releases: releases.map(({ version }) => version), rows }
  } finally {
    await servers.stop()
    rmSync(place, { recursive: true, force: true })
  }
}

function toOutcome({ refusal }: Store, found: ReadonlyMap<string, string>): string {
  const wrong = [...found].find(([, outcome]) => outcome !== 'yes')
  if (refusal !== undefined) {
    const isRefused = wrong?.[0] === 'starts' && refusal.test(wrong[1])
    return isRefused ? 'refused at the start' : 'it should be refused at the start, and is not'
  }
  if (wrong === undefined) return 'yes'
  const [name, outcome] = wrong
  return name === 'not installed' ? 'not installed here' : `${name}: ${outcome}`
}

/** What became of each case, by its name. */
async function runStore(
  { id, server, package: driver, isNewerNode = false }: Store,
  { folder }: Release,
  addresses: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const node = isNewerNode ? findNewestNode() : process.execPath
  const isServed = server === undefined || addresses[server] !== undefined
  const isThere = driver === undefined || existsSync(join(folder, 'node_modules', driver))
  if (node === null || !isServed || !isThere) {
    return new Map([['not installed', '']])
  }
  const child = spawn(node, [join(folder, 'program/main.js'), id], {
    env: { ...process.env, ...addresses, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MOST,
  })
  let out = ''
  let log = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const found = new Map(
    [...out.matchAll(/^CASE ([^\t]+)\t(.*)$/gm)].map(([, name, outcome]) => [
      String(name),
      String(outcome),
    ]),
  )
  if (code !== 0) found.set('ends', `with ${code}: ${log.slice(-2_000)}`)
  if (found.size === 0) found.set('starts', 'it said nothing')
  return found
}
