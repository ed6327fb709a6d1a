/** The releases of Better Auth, each installed in a folder of its own beside the packed library. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder as matrix } from '../runtimes.js'

export interface Release {
  readonly version: string
  /** Where the program of the stores is, which finds this release and no other. */
  readonly folder: string
}

const wanted = ['1.7.0', '1.7.5', '1.7.7', '>=1.7.0 <1.8.0']
const root = join(matrix, '../..')

/** @param place an empty folder, which everything is put into */
export function installReleases(place: string): readonly Release[] {
  const tarball = pack(place)
  const releases = wanted.map((range, index) => install(join(place, `${index}`), range, tarball))
  // The newest may be one of the others.
  return releases.filter(
    ({ version }, index) => releases.findIndex((each) => each.version === version) === index,
  )
}

function pack(place: string): string {
  const library = join(root, 'packages/claimcheck')
  npm(library, ['pack', '--ignore-scripts', '--pack-destination', place])
  const name = readdirSync(place).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack made nothing.')
  return join(place, name)
}

function install(place: string, range: string, tarball: string): Release {
  mkdirSync(place)
  const dependencies = { 'better-auth': range, claimcheck: `file:${tarball}` }
  writeFileSync(
    join(place, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  )
  npm(place, ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'])
  // Drivers are the same for all, and found through their real paths.
  linkAll(join(matrix, 'node_modules'), join(place, 'node_modules'))
  cpSync(join(matrix, 'stores/program'), join(place, 'program'), { recursive: true })
  const manifest = join(place, 'node_modules/better-auth/package.json')
  return { version: JSON.parse(readFileSync(manifest, 'utf8')).version, folder: place }
}

function linkAll(from: string, to: string): void {
  const there = new Set(readdirSync(to))
  for (const name of readdirSync(from)) {
    if (name.startsWith('.')) continue
    if (!there.has(name)) symlinkSync(join(from, name), join(to, name))
    else if (name.startsWith('@')) linkAll(join(from, name), join(to, name))
  }
}

function npm(cwd: string, parameters: readonly string[]): void {
  const { status, stderr } = spawnSync('npm', [...parameters, '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm ${parameters.join(' ')} failed: ${stderr}`)
}
