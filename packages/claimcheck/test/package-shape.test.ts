/** What a team gets when it installs the package: which names, and how heavy. */

import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { entryPoints, manifest, toSource } from './_entry-points.js'

async function bundle(entry: string, external: readonly string[] = []) {
  const { outputFiles, metafile } = await build({
    entryPoints: [toSource(entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    external: [...external],
    // As a page or a Worker is built: what only developers are told is left out.
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    write: false,
  })
  const [output] = Object.values(metafile.outputs)
  const imports = (output?.imports ?? []).map(({ path }) => path)
  return {
    gzipped: gzipSync(outputFiles[0]?.contents ?? '').length,
    packages: [
      ...new Set(imports.filter((path) => !path.startsWith('node:')).map(toPackage)),
    ].sort(),
    inputs: Object.entries(output?.inputs ?? {})
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path),
  }
}

function toPackage(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

describe('entry points', () => {
  it('are exactly these', () => {
    // The vectors are no code.
    expect(Object.keys(manifest.exports)).toEqual([
      ...Object.keys(entryPoints),
      './testing/vectors',
      './package.json',
    ])
  })

  it.each(Object.entries(entryPoints))(
    '%s exports these names and no others',
    async (entry, { names }) => {
      const module = await import(/* @vite-ignore */ toSource(entry))
      expect(Object.keys(module).sort()).toEqual([...names].sort())
    },
  )

  it.each(Object.entries(entryPoints))(
    '%s needs these packages and no others',
    async (entry, { needs }) => {
      const { packages } = await bundle(entry, ['jose', ...Object.keys(manifest.peerDependencies)])
      expect(packages).toEqual([...needs].sort())
    },
  )

  it('need nothing but jose, unless a peer that is optional', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['jose'])
    const optional = Object.entries(manifest.peerDependenciesMeta)
    expect(optional.filter(([, meta]) => meta.optional).map(([name]) => name)).toEqual(
      Object.keys(manifest.peerDependencies),
    )
  })
})

describe('weight', () => {
  it('keeps the core light, and free of every framework', async () => {
    const { gzipped, inputs, packages } = await bundle('.', ['jose'])
    expect(packages).toEqual(['jose'])
    expect(
      inputs.filter(
        (path) => !/(^|\/)src\/((documents|feed|keys|tokens)\/)?[\w-]+\.ts$/.test(path),
      ),
    ).toEqual([])
    expect(gzipped).toBeLessThanOrEqual(19_500)
  })

  it.each(['./hono', './fastify', './express', './next', './node'])(
    'adds next to nothing for %s',
    async (entry) => {
      const { gzipped } = await bundle(entry)
      expect(gzipped).toBeLessThanOrEqual(2_300)
    },
  )

  it('fits the token client into 3.75 kB, with no way to store or log a token', async () => {
    const { gzipped, inputs } = await bundle('./client')
    expect(gzipped).toBeLessThanOrEqual(3_750)
    expect(inputs.filter((path) => !path.includes('src/client/'))).toEqual([])
    expect(inputs.filter((path) => path.includes('unlisted'))).toEqual([])
    const texts = await Promise.all(inputs.map((path) => readFile(path, 'utf8')))
    expect(texts.join('\n')).not.toMatch(
      /localStorage|sessionStorage|indexedDB|\.cookie|console\.|history\./,
    )
    // The one line that it writes, in development, names origins: what writes it is handed nothing else.
    const warning = await readFile(toSource('./client').replace('token-client', 'unlisted'), 'utf8')
    expect(warning.match(/console\.[^)]*\)/g)).toEqual([
      expect.stringMatching(
        /^console\.warn\(\s*`claimcheck: \$\{origin\} is called without the token,/,
      ),
    ])
  })
})
