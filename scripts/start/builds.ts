/** Builds what is stale: the library, the API, the web app. */

import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Child, startChild } from '../process/child.js'
import { waitForLock } from '../process/lock.js'
import { readTail } from '../process/log-file.js'
import type { Progress } from '../process/progress.js'
import { StartError } from '../process/start-error.js'
import { digestFiles } from './source-digest.js'

/** A workspace that its npm script `build` builds. */
export interface Workspace {
  /** For people: "the API". */
  title: string
  /** Below the root of the repository, as are all paths here. */
  folder: string
  /** Files and folders it is made from. */
  sources: readonly string[]
  /** What the build makes, and by which a build by someone else is noticed. */
  results: readonly string[]
}

export interface BuildOptions {
  /** The root of the repository. */
  root: string
  progress: Progress
  /** Told of each build as it starts, for whoever has to stop it. Default: nobody. */
  onChild?: (child: Child) => void
}

const everywhere = ['package.json', 'package-lock.json', 'tsconfig.base.json']

export const library: Workspace = {
  title: 'the library',
  folder: 'packages/claimcheck',
  sources: [...everywhere, 'packages/claimcheck'],
  results: ['packages/claimcheck/dist'],
}

export const api: Workspace = {
  title: 'the API',
  folder: 'apps/api',
  sources: [...library.sources, 'apps/api'],
  results: ['apps/api/dist'],
}

export const web: Workspace = {
  title: 'the web app',
  folder: 'apps/web',
  sources: [...library.sources, 'apps/web'],
  results: ['apps/web/dist', 'apps/web/.next/BUILD_ID'],
}

/** Builds those workspaces that are stale, all at once. Throws StartError with what the build said. */
export async function buildStale(
  workspaces: readonly Workspace[],
  options: BuildOptions,
): Promise<void> {
  const cache = join(options.root, 'node_modules/.cache/claimcheck')
  const fresh = workspaces.map((workspace) => isFresh(workspace, cache, options.root))
  // Whoever finds nothing to build need not wait for somebody who does.
  if ((await Promise.all(fresh)).every(Boolean)) return
  await mkdir(cache, { recursive: true })
  const lock = await waitForLock(join(cache, 'build.lock'), 300_000)
  if ('pid' in lock) throw new StartError(`Process ${lock.pid} has been building for 5 minutes.`)
  try {
    await Promise.all(workspaces.map((workspace) => buildIfStale(workspace, cache, options)))
  } finally {
    await lock.release()
  }
}

/**
 * A build is fresh while its sources are those it was made from, and its results those it made.
 * What counts is content: times of files lie after a checkout, a copy or a change of the clock.
 */
async function isFresh(workspace: Workspace, cache: string, root: string): Promise<boolean> {
  const stamp = await readFile(toStampFile(workspace, cache), 'utf8').catch(() => undefined)
  if (stamp === undefined) return false
  return stamp === (await toStamp(workspace, await digestFiles(root, workspace.sources), root))
}

async function buildIfStale(
  workspace: Workspace,
  cache: string,
  options: BuildOptions,
): Promise<void> {
  const { root, progress } = options
  if (await isFresh(workspace, cache, root)) return
  const made = await digestFiles(root, workspace.sources)
  const stampFile = toStampFile(workspace, cache)
  await rm(stampFile, { force: true })
  await progress.step(`Building ${workspace.title}`, () => build(workspace, cache, options))
  await writeFile(stampFile, await toStamp(workspace, made, root))
}

function toStampFile({ folder }: Workspace, cache: string): string {
  return join(cache, `${basename(folder)}.stamp`)
}

/** @param made Digest of the sources at the time of the build. */
async function toStamp({ results }: Workspace, made: string, root: string): Promise<string> {
  return `${made} ${await digestFiles(root, results)}`
}

async function build(workspace: Workspace, cache: string, options: BuildOptions): Promise<void> {
  const { root, onChild = () => {} } = options
  const { title, folder, results } = workspace
  // A compiler leaves behind what it once made of a source that is gone.
  for (const result of results) await rm(join(root, result), { recursive: true, force: true })
  const logFile = join(cache, `${basename(folder)}.log`)
  const log = openSync(logFile, 'w')
  const child = await startNpm(['--silent', 'run', 'build', '-w', folder], root, log)
  closeSync(log)
  onChild(child)
  const exit = await child.exited
  if (exit.code === 0) return
  throw new StartError(`Building ${title} failed:\n\n${await readTail(logFile, 40)}`)
}

function startNpm(args: string[], cwd: string, output: number): Promise<Child> {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const npm = process.env.npm_execpath
  // Started without npm, it is looked up like any command.
  if (npm === undefined) return startChild('npm', args, { cwd, env, output })
  return startChild(process.execPath, [npm, ...args], { cwd, env, output })
}
