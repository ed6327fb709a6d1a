/** The runtimes and frameworks of the matrix: how each is bundled for, and started. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const folder = fileURLToPath(new URL('.', import.meta.url))
const modules = join(folder, 'node_modules')

export interface Runtime {
  readonly name: string
  /** The file that is its server: under recipes/ where it is run as its source stands, else under entries/. */
  readonly entry: string
  readonly format: 'esm' | 'iife' | 'source'
  readonly platform: 'node' | 'neutral'
  /** Its server keeps the first of two headers of one name, and shows nobody the second. */
  readonly hidesRepeatedHeaders?: boolean
  /** Starts the bundle, or the source; it prints its port. Null where the runtime is not installed. */
  readonly command: (bundle: string) => readonly [program: string, ...parameters: string[]] | null
}

const recipe = { format: 'source', platform: 'node' } as const
const plain = { format: 'esm', platform: 'neutral' } as const

export const runtimes: readonly Runtime[] = [
  onNode(`Node ${process.versions.node}`, () => process.execPath),
  onNode('Node 22', () => findBinary('node-22', 'bin/node')),
  onNode('Node 24', () => findBinary('node-24', 'bin/node')),
  {
    ...plain,
    name: 'Bun',
    entry: 'bun.js',
    // The package of the name has the program of this platform, under this name on each.
    command: (bundle) => within(findBinary('bun', 'bin/bun.exe'), (bun) => [bun, bundle]),
  },
  {
    ...plain,
    name: 'Deno',
    entry: 'deno.js',
    command: (bundle) =>
      within(findBinary('@deno', 'deno'), (deno) => [deno, 'run', '--allow-net', bundle]),
  },
  {
    ...plain,
    name: 'workerd (Cloudflare Workers)',
    entry: 'worker.js',
    command: (bundle) => onNewestNode('serve-worker.mjs', bundle),
  },
  {
    ...plain,
    name: 'the edge runtime of Next.js',
    entry: 'edge.js',
    format: 'iife',
    hidesRepeatedHeaders: true,
    command: (bundle) => onNewestNode('serve-edge.mjs', bundle),
  },
  {
    name: 'a page in Chromium',
    entry: 'page.js',
    format: 'iife',
    platform: 'neutral',
    hidesRepeatedHeaders: true,
    command: (bundle) => [
      process.execPath,
      '--import',
      'tsx',
      join(folder, 'serve-page.ts'),
      bundle,
    ],
  },
]

export const frameworks: readonly Runtime[] = [
  {
    name: 'NestJS 11, on Node 20',
    entry: 'nestjs.ts',
    command: (source) => [process.execPath, '--import', 'tsx', source],
    ...recipe,
  },
  {
    name: 'tRPC 11, on Node 20',
    entry: 'trpc.ts',
    command: (source) => [process.execPath, '--import', 'tsx', source],
    ...recipe,
  },
  {
    name: 'Elysia 1.4, on Bun',
    entry: 'elysia.ts',
    command: (source) => within(findBinary('bun', 'bin/bun.exe'), (bun) => [bun, source]),
    ...recipe,
  },
]

function onNode(name: string, find: () => string | null): Runtime {
  return {
    name,
    entry: 'node.js',
    format: 'esm',
    platform: 'node',
    command: (bundle) => within(find(), (node) => [node, bundle]),
  }
}

/** Null where it is not installed. */
export function findNewestNode(): string | null {
  return findBinary('node-24', 'bin/node')
}

function onNewestNode(script: string, bundle: string): readonly [string, ...string[]] | null {
  return within(findNewestNode(), (node) => [node, join(folder, script), bundle])
}

function within<T>(program: string | null, make: (program: string) => T): T | null {
  return program === null ? null : make(program)
}

/** A program in a package, or in one of the packages of a scope, which are one for each platform. */
function findBinary(name: string, path: string): string | null {
  try {
    const places = name.startsWith('@') ? readdirSync(join(modules, name)) : ['']
    for (const place of places) {
      const program = join(modules, name, place, path)
      if (readdirSync(join(program, '..')).includes(path.split('/').at(-1) ?? '')) return program
    }
    return null
  } catch {
    return null
  }
}
