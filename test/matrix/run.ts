/**
 * `npm run test:matrix [-- runtimes|frameworks|stores|NAME]`: the same cases everywhere, and the tables of
 * docs/support.md from what was seen.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { writePage } from './page.js'
import { runRuntimes } from './runtime-rows.js'
import { folder, frameworks, runtimes } from './runtimes.js'
import { fine, runStores } from './stores/rows.js'
import { stores } from './stores/stores.js'

const wanted = process.argv[2]?.toLowerCase()
const isTable = /^(runtimes|frameworks|stores)$/.test(wanted ?? '')

if (!install() || !compileRecipes()) process.exit(1)
const seen = {
  runtimes: await runRuntimes(choose('runtimes', runtimes)),
  frameworks: await runRuntimes(choose('frameworks', frameworks)),
  stores: await runStores(choose('stores', stores)),
}
const rows = [...seen.runtimes, ...seen.frameworks, ...seen.stores.rows]
const isGood = rows.flatMap(({ outcomes }) => outcomes).every((outcome) => fine.includes(outcome))
// A table that was seen in part stays as it is.
if (isGood && (isTable || wanted === undefined)) writePage(seen)
if (rows.length === 0) console.error(`Nothing is called "${wanted}".`)
process.exit(isGood && rows.length > 0 ? 0 : 1)

/** A whole table by its name, or the rows whose name holds what is wanted. */
function choose<Row extends { name: string }>(table: string, all: readonly Row[]): readonly Row[] {
  if (isTable) return table === wanted ? all : []
  return all.filter(({ name }) => name.toLowerCase().includes(wanted ?? ''))
}

/** What the matrix runs on is no dependency of the project: a gigabyte that only this needs. */
function install(): boolean {
  console.log('Installing the runtimes and drivers of the matrix …')
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) console.error('The runtimes and drivers could not be installed.')
  return status === 0
}

/** Their types are there only now. */
function compileRecipes(): boolean {
  const { status } = spawnSync('npx', ['tsc', '-p', join(folder, 'recipes')], { stdio: 'inherit' })
  return status === 0
}
