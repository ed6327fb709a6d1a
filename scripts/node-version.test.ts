import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './start/data-dir.js'

const script = join(root, 'scripts/node-version.cjs')

describe('the check of the Node.js version', () => {
  test.each([
    ['0.10.48', 1, /needs Node\.js 20\.19 or newer, and this is 0\.10\.48\. Install/],
    ['18.20.8', 1, /needs Node\.js 20\.19 or newer, and this is 18\.20\.8\. Install/],
    ['20.18.3', 1, /needs Node\.js 20\.19 or newer, and this is 20\.18\.3\. Install/],
    ['20.19.0', 0, /20\.19\.0 works, but .* 22 or 24 is recommended/],
    ['22.12.0', 0, /^$/],
    ['24.1.0', 0, /^$/],
  ])('under %s ends with %d', (version, status, words) => {
    const fake = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
    const run = spawnSync(process.execPath, ['-e', `${fake}; require('${script}')`], {
      encoding: 'utf8',
    })
    expect(run.status).toBe(status)
    expect(run.stderr.trim()).toMatch(words)
    expect(run.stderr.trim().split('\n')).toHaveLength(1)
  })

  test('is written in what the oldest Node.js understands', () => {
    const code = readFileSync(script, 'utf8').replaceAll(/\/\/.*/g, '')
    expect(code).not.toMatch(/\b(?:const|let|class|async|import)\b|=>|`|\?\?|\?\.|\.\.\./)
  })
})
