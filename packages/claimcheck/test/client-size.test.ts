/** The weight of the browser's half: every page that uses it pays for it. */

import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

const entry = fileURLToPath(new URL('../src/client/token-client.ts', import.meta.url))

it('fits the token client into 3 kB gzipped, and needs nothing else', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    metafile: true,
    write: false,
  })
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter((path) => !path.includes('src/client/'))).toEqual([])
  const [bundle] = outputFiles
  expect(gzipSync(bundle?.contents ?? '').length).toBeLessThanOrEqual(3_000)
  expect(bundle?.text).not.toMatch(
    /localStorage|sessionStorage|indexedDB|document\.cookie|console\./,
  )
})
