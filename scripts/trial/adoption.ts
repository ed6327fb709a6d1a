/** Follows the five-minutes page in a fresh folder, as somebody would who has an app and an API. */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Child, startChild } from '../process/child.js'
import { type Project, projects } from './newcomer.js'
import { readSteps } from './page.js'

export interface AdoptionOptions {
  /** An empty folder. */
  readonly folder: string
  /** The text of the page. */
  readonly page: string
  /** postgres:// URL of an empty database. */
  readonly databaseUrl: string
  /** Free ports, which stand in for 3000 and 8000 wherever the page names them. */
  readonly ports: { readonly app: number; readonly api: number }
  /** Does what `npm install` of these packages would do in a folder. `claimcheck` is the package under test. */
  install(folder: string, packages: readonly string[]): Promise<void>
}

export interface Adoption {
  /** What was done, in order, with seconds. */
  readonly steps: readonly { readonly title: string; readonly seconds: number }[]
  /** What the commands of the last section printed. */
  readonly printed: string
}

/** Makes both projects, follows the page word for word, and runs what it says to try. */
export async function adopt(options: AdoptionOptions): Promise<Adoption> {
  const { folder, databaseUrl, ports, install } = options
  const page = options.page
    .replaceAll(':3000', `:${ports.app}`)
    .replaceAll(':8000', `:${ports.api}`)
  const { timed, steps } = createTimer()
  const environments: { [project: string]: { [variable: string]: string } } = {
    app: {
      BETTER_AUTH_URL: `http://localhost:${ports.app}`,
      BETTER_AUTH_SECRET: randomBytes(32).toString('base64url'),
      DATABASE_URL: databaseUrl,
      PORT: String(ports.app),
    },
    api: { PORT: String(ports.api) },
  }
  for (const project of projects) {
    await timed(`before: make the ${project.folder}`, () => makeProject(folder, project, install))
  }
  const servers: Child[] = []
  let printed = ''
  try {
    for (const step of readSteps(page)) {
      if (step.kind === 'file' && step.source.endsWith('.sh')) {
        await timed('start the app and the API', async () => {
          for (const { folder: name } of projects) {
            const cwd = join(folder, name)
            servers.push(await startServer(cwd, { ...environments[name] }))
          }
          await untilAnswered(`http://localhost:${ports.app}/api/auth/ok`)
          await untilAnswered(`http://localhost:${ports.api}/api/me`)
        })
        await timed('try it', async () => {
          const APP = `http://localhost:${ports.app}`
          const API = `http://localhost:${ports.api}`
          printed = await run('bash', ['-c', step.code], folder, { APP, API })
        })
      } else if (step.kind === 'file') {
        const path = step.source.replace('examples/five-minutes/', '')
        await timed(`write ${path}`, () => writeFile(join(folder, path), step.code))
      } else {
        const name = /\bAPI\b/.test(step.heading) ? 'api' : 'app'
        await timed(`${name}: ${step.text}`, () =>
          follow(step.text, join(folder, name), environments[name] ?? {}, install),
        )
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop(2_000)))
  }
  return { steps, printed }
}

/** Does one line: an installation, a variable, or a command of Node. */
async function follow(
  line: string,
  cwd: string,
  env: { [variable: string]: string },
  install: AdoptionOptions['install'],
): Promise<void> {
  const [command = '', ...args] = line.split(' ')
  const variable = /^([A-Z_]+)=(\S+)$/.exec(line)
  if (variable) env[String(variable[1])] = String(variable[2])
  else if (line.startsWith('npm install ')) await install(cwd, args.slice(1))
  else if (command === 'node') await run(process.execPath, args, cwd, env)
  else throw new Error(`The page says "${line}", which nobody here knows how to do.`)
}

async function makeProject(
  folder: string,
  { folder: name, packages, files }: Project,
  install: AdoptionOptions['install'],
): Promise<void> {
  const cwd = join(folder, name)
  await mkdir(cwd)
  await writeFile(join(cwd, 'package.json'), '{ "private": true, "type": "module" }\n')
  for (const [file, text] of Object.entries(files)) await writeFile(join(cwd, file), text)
  await install(cwd, packages)
}

function startServer(cwd: string, env: NodeJS.ProcessEnv): Promise<Child> {
  const output = (text: string) => void process.stderr.write(text)
  return startChild(process.execPath, ['server.js'], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    output,
  })
}

/** What a command printed. Throws when it fails, with what it printed to say why. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
  })
  return stdout
}

/** Settles when something answers, whatever it says. */
async function untilAnswered(url: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while (true) {
    try {
      await (await fetch(url)).body?.cancel()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(50)
    }
  }
}

function createTimer() {
  const steps: { title: string; seconds: number }[] = []
  async function timed(title: string, work: () => Promise<void>): Promise<void> {
    const startedAt = performance.now()
    await work()
    steps.push({ title, seconds: (performance.now() - startedAt) / 1000 })
  }
  return { steps, timed }
}
