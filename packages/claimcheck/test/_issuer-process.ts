/**
 * Issuers in processes of their own. What they are made of is put into one file first, because many are started and
 * a process that looks for Better Auth's hundreds of files takes a second of a processor to begin.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { apiUrl, appUrl, secret } from './_better-auth.js'

export interface IssuerProcess {
  readonly child: ChildProcess
  readonly port: number
  /** Sends a request there, whatever its origin. */
  handler(request: Request): Promise<Response>
}

export interface IssuerProgram {
  /** Starts an issuer on a database, and waits until it listens. */
  start(database: string, options?: { readonly stopAt?: string }): Promise<IssuerProcess>
  /** Kills those that still run. */
  remove(): Promise<void>
}

export async function buildIssuerProgram(): Promise<IssuerProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'claimcheck-issuer-'))
  const outfile = join(folder, 'issuer.mjs')
  const source = fileURLToPath(new URL('_issuer-program.js', import.meta.url))
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Optional, and not installed.
    external: ['pg-native'],
    banner: {
      js: `import { createRequire } from 'node:module'\nconst require = createRequire(${JSON.stringify(source)})`,
    },
    logLevel: 'error',
  })
  const children = new Set<ChildProcess>()
  return {
    async start(database, { stopAt = '' } = {}) {
      const env = { DATABASE: database, SECRET: secret, APP_URL: appUrl, API_URL: apiUrl }
      const child = fork(outfile, {
        env: { ...process.env, ...env, STOP_AT: stopAt },
        execArgv: [],
        stdio: 'ignore',
      })
      children.add(child)
      child.once('exit', () => children.delete(child))
      const [{ port }] = await once(child, 'message')
      return {
        child,
        port: Number(port),
        handler(request) {
          const { pathname, search } = new URL(request.url)
          return fetch(`http://127.0.0.1:${port}${pathname}${search}`, request)
        },
      }
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL')
      await rm(folder, { recursive: true })
    },
  }
}
