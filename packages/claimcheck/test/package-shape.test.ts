/** What a team gets when it installs the package: which names, and how heavy. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { entryPoints, library, manifest, toSource } from './_entry-points.js'

/** Without what is loaded only when there is something to say. */
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
    splitting: true,
    outdir: 'bundled',
    metafile: true,
    write: false,
  })
  const [[name, output] = ['']] = Object.entries(metafile.outputs).filter(
    ([, { entryPoint }]) => entryPoint !== undefined && toSource(entry).endsWith(entryPoint),
  )
  const imports = (output?.imports ?? [])
    .filter(({ external: isOutside }) => isOutside)
    .map(({ path }) => path)
  const file = outputFiles.find(({ path }) => path.endsWith(name))
  return {
    gzipped: gzipSync(file?.contents ?? '').length,
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
  it('keeps the core free of every framework, and of what only developers are told', async () => {
    const { inputs, packages } = await bundle('.', ['jose'])
    expect(packages).toEqual(['jose'])
    const names = inputs.map((path) => path.replace(/^.*src\//, ''))
    expect(
      names.filter((name) => !/^((documents|feed|keys|tokens)\/)?[\w-]+\.ts$/.test(name)),
    ).toEqual([])
    expect(names).toContain('verifier.ts')
    expect(names).not.toEqual(expect.arrayContaining(['hints.ts']))
    expect(names).not.toEqual(expect.arrayContaining(['console-log.ts']))
  })

  it.each(Object.keys(entryPoints))('%s weighs what its manual says', async (entry) => {
    const manual = await readFile(join(library, 'README.md'), 'utf8')
    const name = entry.replace('.', 'claimcheck')
    const stated = Number(
      new RegExp(`^\\| \`${name}\` \\|.*\\| ([\\d.]+) kB \\|$`, 'm').exec(manual)?.[1],
    )
    const { gzipped } = await bundle(entry, ['jose', ...Object.keys(manifest.peerDependencies)])
    expect(gzipped).toBeLessThanOrEqual(stated * 1_000)
    // Not much less either, or the manual is out of date.
    expect(gzipped).toBeGreaterThan(stated * 850 - 300)
  })

  it('gives the token client no way to store or log a token', async () => {
    const { inputs } = await bundle('./client')
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
