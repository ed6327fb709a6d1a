/** The browser of the end-to-end tests: an installed Chromium, else the one npm brought along. */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { chromium as playwright } from '@playwright/test'
import { StartError } from '../process/start-error.js'
import { root } from '../start/data-dir.js'

export interface Chromium {
  executablePath: string
  /** To start it with. */
  env: { [name: string]: string }
}

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** CHROMIUM_PATH decides; without it, Playwright's own, an installed one, or the one from npm. */
export async function findChromium(): Promise<Chromium> {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted && !existsSync(wanted)) {
    throw new StartError(`There is no Chromium at ${wanted}, where CHROMIUM_PATH points.`)
  }
  const found = wanted || [playwright.executablePath(), ...installed].find(existsSync)
  return found ? { executablePath: found, env: {} } : unpacked()
}

/** Unpacks the browser once. It is made aside and renamed, so that nobody starts half of one. */
async function unpacked(): Promise<Chromium> {
  const { version, supported } = await readPackage()
  if (!supported) {
    throw new StartError(
      'No Chromium was found. Set CHROMIUM_PATH, or run: npx playwright install chromium',
    )
  }
  const cache = join(root, 'node_modules/.cache/claimcheck')
  const folder = join(cache, `chromium-${version}`)
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    const draft = await mkdtemp(`${folder}.`)
    try {
      await unpack(draft)
      await rename(draft, folder).catch((error) => {
        if (!existsSync(folder)) throw error
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }
  const executablePath = join(folder, 'chromium')
  return { executablePath, env: readEnv(folder, executablePath) }
}

async function readPackage(): Promise<{ version: string; supported: boolean }> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const path = join(dirname(entry), '../../package.json')
  const { version } = JSON.parse(await readFile(path, 'utf8'))
  return { version, supported: process.platform === 'linux' && process.arch === 'x64' }
}

/** The package unpacks into the folder for temporary files, and its libraries only where it believes to be on AWS. */
async function unpack(folder: string): Promise<void> {
  const pretended = { TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
  const before = Object.keys(pretended).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, pretended)
  try {
    const { default: packed } = await import('@sparticuz/chromium')
    await packed.executablePath()
  } finally {
    // One by one: an object in place of process.env would leave the process itself with the folder, which goes.
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  await writeFile(join(folder, 'fonts.conf'), fontConfig(join(folder, 'fonts')))
  await own(folder)
}

/** Unpacked by root, files would belong to whichever user has the number they were packed under. */
async function own(folder: string): Promise<void> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  if (uid === undefined || gid === undefined) return
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chown(join(entry.parentPath, entry.name), uid, gid)
  }
}

/** Libraries and fonts that the system lacks come from the package. */
function readEnv(folder: string, executablePath: string): { [name: string]: string } {
  const env: { [name: string]: string } = {}
  const libraries = spawnSync('ldd', [executablePath], { encoding: 'utf8' })
  if (libraries.status !== 0 || libraries.stdout.includes('not found')) {
    env.LD_LIBRARY_PATH = join(folder, 'al2023/lib')
  }
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_FILE = join(folder, 'fonts.conf')
  return env
}

function fontConfig(fonts: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${fonts}/cache</cachedir>
</fontconfig>
`
}
