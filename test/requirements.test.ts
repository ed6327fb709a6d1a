/** docs/requirements.md and the tests agree: every number cited is defined, and shown where it says. */

import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listSources, root } from './_imports.js'

interface Requirement {
  readonly id: string
  readonly tests: readonly string[]
}

const page = 'docs/requirements.md'
const number = /\b(?:FR|SC)-\d{3}\b/g
const requirements = readRequirements(readFileSync(`${root}/${page}`, 'utf8'))
const citing = listCiting()

describe('docs/requirements.md', () => {
  it('defines each number once, and there are sixteen', () => {
    const ids = requirements.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(16)
  })

  it.each(requirements)('lists for $id exactly the tests that cite it', ({ id, tests }) => {
    expect(tests.filter((path) => !existsSync(`${root}/${path}`))).toEqual([])
    expect([...tests].sort()).toEqual((citing.get(id) ?? []).sort())
  })

  it('defines every number that a test cites', () => {
    const defined = new Set(requirements.map(({ id }) => id))
    expect([...citing.keys()].filter((id) => !defined.has(id))).toEqual([])
  })

  it('is read row by row', () => {
    const text = '| FR-999 | What. | [a](../x/a.test.ts), [b](b.test.ts) |\n| number | what |'
    expect(readRequirements(text)).toEqual([
      { id: 'FR-999', tests: ['x/a.test.ts', 'docs/b.test.ts'] },
    ])
  })
})

function readRequirements(text: string): Requirement[] {
  return [...text.matchAll(/^\| ((?:FR|SC)-\d{3}) \|[^|]*\|([^|]*)\|$/gm)].map(
    ([, id = '', shown = '']) => ({
      id,
      tests: [...shown.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => posix.join('docs', path)),
    }),
  )
}

/** The files of tests by the numbers that stand in them. */
function listCiting(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const path of listSources()) {
    if (!/\.(test|spec)\.tsx?$/.test(path) || path.startsWith('test/')) continue
    const cited = new Set(readFileSync(`${root}/${path}`, 'utf8').match(number))
    for (const id of cited) found.set(id, [...(found.get(id) ?? []), path])
  }
  return found
}
