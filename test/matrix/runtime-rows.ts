/** Runs every case on every runtime, or with every framework, and says what became of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { matrixCases } from './cases.js'
import { serveIssuer } from './issuer.js'
import { folder, type Runtime } from './runtimes.js'

export interface RuntimeRow {
  readonly name: string
  /** For each case: 'yes', or what is wrong. */
  readonly outcomes: readonly string[]
}

export async function runRuntimes(runtimes: readonly Runtime[]): Promise<RuntimeRow[]> {
  const output = mkdtempSync(join(tmpdir(), 'claimcheck-matrix-'))
  const rows: RuntimeRow[] = []
  try {
    for (const runtime of runtimes) {
      rows.push({ name: runtime.name, outcomes: await runOn(runtime, output) })
    }
    return rows
  } finally {
    rmSync(output, { recursive: true })
  }
}

async function runOn(runtime: Runtime, output: string): Promise<readonly string[]> {
  const { hidesRepeatedHeaders = false } = runtime
  console.log(`\n${runtime.name}`)
  const served = await serveIssuer()
  const { issuer, audience } = served.issuer.options
  const bundle = await bundleFor(runtime, { issuer, audience, output })
  const command = runtime.command(bundle)
  if (command === null) {
    console.log('  is not installed on this platform')
    await served.close()
    return matrixCases.map(() => 'not installed')
  }
  const [program, ...parameters] = command
  const child = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // What the sources of recipes read; a bundle has it inside.
    env: {
      ...process.env,
      ISSUER: issuer,
      AUDIENCE: audience,
      PORT: '0',
      TSX_TSCONFIG_PATH: join(folder, 'recipes/tsconfig.json'),
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }
  const outcomes: string[] = []
  try {
    const port = await readPort(child)
    for (const { name, run } of matrixCases) {
      const outcome = await run({ port, served, hidesRepeatedHeaders, readLog: () => log }).then(
        () => 'yes',
        (error: Error) => error.message,
      )
      outcomes.push(outcome)
      console.log(`  ${name}: ${outcome}`)
    }
  } catch (error) {
    console.log(`  did not start: ${error instanceof Error ? error.message : error}\n${log}`)
    outcomes.push(...matrixCases.slice(outcomes.length).map(() => 'did not start'))
  } finally {
    child.kill()
    await served.close()
  }
  if (outcomes.some((outcome) => outcome !== 'yes') && log !== '') console.log(log.slice(0, 4_000))
  return outcomes
}

async function bundleFor(
  { name, entry, format, platform }: Runtime,
  { issuer, audience, output }: { issuer: string; audience: string; output: string },
): Promise<string> {
  if (format === 'source') return join(folder, 'recipes', entry)
  const outfile = join(output, `${name.replaceAll(/\W+/g, '-')}.${format === 'esm' ? 'mjs' : 'js'}`)
  await build({
    entryPoints: [join(folder, 'entries', entry)],
    bundle: true,
    format,
    platform,
    mainFields: ['module', 'main'],
    target: 'es2022',
    define: { ISSUER: JSON.stringify(issuer), AUDIENCE: JSON.stringify(audience) },
    outfile,
    logLevel: 'error',
  })
  return outfile
}

async function readPort(child: ChildProcess): Promise<number> {
  const { stdout } = child
  if (stdout === null) throw new Error('no output')
  const late = setTimeout(() => child.kill(), 30_000)
  try {
    for await (const line of createInterface({ input: stdout })) {
      const port = /^(?:PORT |Listening at http:\/\/127\.0\.0\.1:)(\d+)$/.exec(line)?.[1]
      if (port !== undefined) return Number(port)
    }
    throw new Error('it ended without a port')
  } finally {
    clearTimeout(late)
  }
}
