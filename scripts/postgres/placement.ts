/** Where the data of the embedded Postgres lies, and with which passwords it is opened. */

import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, realpath, rename, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StartError } from '../process/start-error.js'
import type { SystemUser } from './binary.js'

export interface Placement {
  /** The data folder; it exists and belongs to the user who runs the server. */
  folder: string
  /** Who runs it; undefined: whoever runs this process. */
  user: SystemUser | undefined
  passwords: Passwords
  /**
   * Keeps the passwords, once a login has the one that was made just now: data of an older version has fewer logins.
   * Absent where all are kept.
   */
  keepPasswords?: () => Promise<void>
}

/** The password of each login: the administrator, the owner of each database, and who serves the tasks. */
export interface Passwords {
  postgres: string
  claimcheck_auth: string
  claimcheck_tasks: string
  claimcheck_api: string
}

interface Record {
  /** Only when the data does not lie in DATA_DIR itself. */
  folder?: string
  passwords: Omit<Passwords, 'claimcheck_api'> & { claimcheck_api?: string }
}

/**
 * Reads `postgres.json` in DATA_DIR (mode 600), or makes it at the first start.
 *
 * The data lies in DATA_DIR/postgres. Only root may have to put it elsewhere: it lends Postgres
 * another user, who may not be able to enter a DATA_DIR below, say, /root. Then it lies in
 * /var/lib/claimcheck, which unlike /var/tmp no system cleans, under a name made from DATA_DIR.
 */
export async function placeData(
  dataDir: string,
  user: SystemUser | undefined,
  log: (line: string) => void,
): Promise<Placement> {
  const path = join(dataDir, 'postgres.json')
  const record = (await readRecord(path)) ?? (await makeRecord(dataDir, path, user, log))
  const folder = record.folder ?? join(dataDir, 'postgres')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const owner = await readOwner(folder, user)
  if (!canEnter(folder, owner)) {
    throw new StartError(
      `${folder} cannot be entered by the user who runs Postgres (uid ${owner?.uid}). ` +
        'Make its parent folders passable (chmod o+x), or set DATA_DIR to another folder.',
    )
  }
  const { claimcheck_api: kept, ...others } = record.passwords
  const passwords = { ...others, claimcheck_api: kept ?? makePassword() }
  const place = { folder, user: owner, passwords }
  if (kept !== undefined) return place
  return { ...place, keepPasswords: () => writeRecord(path, { ...record, passwords }) }
}

async function readRecord(path: string): Promise<Record | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code !== 'EACCES') throw error
    throw new StartError(
      `${path} belongs to another user. Start as that user, or set DATA_DIR to another folder.`,
    )
  }
}

async function makeRecord(
  dataDir: string,
  path: string,
  user: SystemUser | undefined,
  log: (line: string) => void,
): Promise<Record> {
  const inside = join(dataDir, 'postgres')
  await setAside(inside, log)
  await mkdir(inside, { mode: 0o700 })
  await readOwner(inside, user)
  const record: Record = { passwords: makePasswords() }
  if (!canEnter(inside, user)) {
    const digest = createHash('sha256')
      .update(await realpath(dataDir))
      .digest('hex')
    record.folder = join('/var/lib/claimcheck', digest.slice(0, 16))
    log(`The user who runs Postgres cannot enter ${dataDir}: the data lies in ${record.folder}.`)
    await setAside(record.folder, log)
    await rmdir(inside)
    await mkdir(dirname(record.folder), { recursive: true, mode: 0o755 })
  }
  await writeRecord(path, record)
  return record
}

async function writeRecord(path: string, record: Record): Promise<void> {
  const draft = `${path}.new`
  await writeFile(draft, JSON.stringify(record, null, 2), { mode: 0o600, flush: true })
  await rename(draft, path)
}

/** Data without its passwords cannot be opened, and belongs to a DATA_DIR that was deleted. */
async function setAside(folder: string, log: (line: string) => void): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined) return
  const aside = `${folder}-${new Date().toISOString().replaceAll(/\W/g, '')}`
  await rename(folder, aside)
  log(`Older data without its postgres.json was set aside in ${aside}.`)
}

function makePasswords(): Passwords {
  return {
    postgres: makePassword(),
    claimcheck_auth: makePassword(),
    claimcheck_tasks: makePassword(),
    claimcheck_api: makePassword(),
  }
}

function makePassword(): string {
  return randomBytes(24).toString('base64url')
}

/** A folder root made is given to the user; one that an ordinary user made is run as that user. */
async function readOwner(
  folder: string,
  user: SystemUser | undefined,
): Promise<SystemUser | undefined> {
  if (user === undefined) return undefined
  const { uid, gid } = await stat(folder)
  if (uid !== 0) return { uid, gid }
  await chown(folder, user.uid, user.gid)
  return user
}

function canEnter(folder: string, user: SystemUser | undefined): boolean {
  if (user === undefined) return true
  return (
    spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', ...user }).status === 0
  )
}
