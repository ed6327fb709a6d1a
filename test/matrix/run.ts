/** `npm run test:matrix [-- name]`: the same cases on every runtime, and docs/support.md from what was seen. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { matrixCases } from './cases.js'
import { serveIssuer } from './issuer.js'
import { folder, type Runtime, runtimes } from './runtimes.js'

const page = join(folder, '../../docs/support.md')
const wanted = process.argv[2]?.toLowerCase()
const chosen = runtimes.filter(({ name }) => name.toLowerCase().includes(wanted ?? ''))
const output = mkdtempSync(join(tmpdir(), 'claimcheck-matrix-'))

if (!install()) process.exit(1)
const rows = new Map<string, readonly string[]>()
for (const runtime of chosen) rows.set(runtime.name, await runOn(runtime))
rmSync(output, { recursive: true })
const isGood = [...rows.values()].flat().every((outcome) => outcome === 'yes')
if (isGood && wanted === undefined) writePage()
process.exit(isGood ? 0 : 1)

/** The runtimes are no dependencies of the project: 700 MB that only this needs. */
function install(): boolean {
  console.log('Installing the runtimes of the matrix …')
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  const { status } = spawnSync('npm', ['install', ...options], { cwd: folder, stdio: 'inherit' })
  if (status !== 0) console.error('The runtimes could not be installed.')
  return status === 0
}

async function runOn(runtime: Runtime): Promise<readonly string[]> {
  const { hidesRepeatedHeaders = false } = runtime
  console.log(`\n${runtime.name}`)
  const served = await serveIssuer()
  const bundle = await bundleFor(runtime, served.issuer.options)
  const command = runtime.command(bundle)
  if (command === null) {
    console.log('  is not installed on this platform')
    await served.close()
    return matrixCases.map(() => 'not installed')
  }
  const [program, ...parameters] = command
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const outcomes: string[] = []
  try {
    const port = await readPort(child)
    for (const { name, run } of matrixCases) {
      const outcome = await run({ port, served, hidesRepeatedHeaders }).then(
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
  { issuer, audience }: { issuer: string; audience: string },
): Promise<string> {
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
      const port = /^PORT (\d+)$/.exec(line)?.[1]
      if (port !== undefined) return Number(port)
    }
    throw new Error('it ended without a port')
  } finally {
    clearTimeout(late)
  }
}

/** Replaces the table of the page, and leaves the text around it alone. */
function writePage(): void {
  const text = readFileSync(page, 'utf8')
  const names = matrixCases.map(({ name }) => name)
  const table = [
    `| | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---').join('|')}|`,
    ...[...rows].map(([name, outcomes]) => `| ${toShortName(name)} | ${outcomes.join(' | ')} |`),
  ].join('\n')
  const [before = '', rest = ''] = text.split('<!-- matrix -->\n')
  const after = rest.slice(rest.indexOf('<!-- end of matrix -->'))
  writeFileSync(page, `${before}<!-- matrix -->\n\n${table}\n\n${after}`)
}

/** The page does not change with every patch of the Node that happens to run it. */
function toShortName(name: string): string {
  return name.replace(/^Node (\d+)\..*$/, 'Node $1')
}
