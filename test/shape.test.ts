/**
 * How files and folders of the repository are cut: how many stand beside each other, how long they are, what they are
 * called.
 */

import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listArrows, listSources, listWritten, root } from './_imports.js'

const most = { beside: 25, median: 90, library: 250 }
/** A catalogue is read case by case, and a folder per category would hold one file each. */
const catalogue = 'packages/claimcheck/src/testing/hostile'

const sources = listSources()
/** Read by a tool or quoted on a page, where a first sentence is in the way. */
const isConfiguration = (path: string) =>
  /(\.config\.(ts|mjs)|\.example\.ts|\.cjs|\.js)$/.test(path)
const isTest = (path: string) => /(\.(test|spec)\.tsx?|(^|\/)_[^/]*)$/.test(path)
const written = sources.filter((path) => !isTest(path))
const library = written.filter((path) => path.startsWith('packages/claimcheck/src/'))

describe('the shape of the repository', () => {
  it(`has at most ${most.beside} source files beside each other`, () => {
    const folders = written.map((path) => posix.dirname(path)).sort()
    const crowded = folders.filter((folder, at) => folders[at - most.beside] === folder)
    expect(crowded.filter((folder) => folder !== catalogue)).toEqual([])
    expect(folders.filter((folder) => folder === catalogue).length).toBeLessThan(2 * most.beside)
  })

  it('names no folder utils, lib, helpers, common, shared or types', () => {
    const vague = /(^|\/)(utils?|libs?|helpers?|common|shared|types)$/
    expect(listWritten().folders.filter((folder) => vague.test(folder))).toEqual([])
    expect('apps/web/src/lib').toMatch(vague)
  })

  it(`has source files of ${most.median} lines or fewer in the middle`, () => {
    const lengths = written.map(countLines).sort((a, b) => a - b)
    expect(lengths.length).toBeGreaterThan(300)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(most.median)
  })

  it(`has no file of the library above ${most.library} lines`, () => {
    expect(library.length).toBeGreaterThan(60)
    expect(library.filter((path) => countLines(path) > most.library)).toEqual([])
  })

  it.each(sources)(
    '%s has comments of at most 120 columns, and opens with one that says what it is',
    (path) => {
      const text = readFileSync(`${root}/${path}`, 'utf8')
      const wide = text
        .split('\n')
        .filter((line) => /^\s*(\/\/|\/?\*)/.test(line) && line.length > 120)
      expect(wide).toEqual([])
      if (isTest(path) || isConfiguration(path)) return
      expect(text).toMatch(/^(#!.*\n)?('use (client|server)'\n\n?)?\/\*\* ?\S?/)
    },
  )

  it('writes numbers that are fixed in the source in upper case', () => {
    const lowerCase = /^(?:export )?const [a-z]\w* = -?[\d_.]+(?: [-+*/] [\d_.]+)*$/m
    expect(
      sources.filter((path) => lowerCase.test(readFileSync(`${root}/${path}`, 'utf8'))),
    ).toEqual([])
    expect('/** Why. */\nexport const graceMs = 10 * 1_000\n').toMatch(lowerCase)
  })

  it('has no circle of imports', () => {
    expect(findCircle(new Map(sources.map((file) => [file, listInside(file)])))).toEqual([])
  })

  it('finds a circle where there is one', () => {
    const arrows = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts', 'd.ts']],
      ['c.ts', []],
      ['d.ts', ['b.ts']],
    ])
    expect(findCircle(arrows)).toEqual(['b.ts', 'd.ts', 'b.ts'])
  })
})

function countLines(path: string): number {
  return readFileSync(`${root}/${path}`, 'utf8').trimEnd().split('\n').length
}

/** The files of the repository that a file imports. */
function listInside(file: string): string[] {
  const known = new Set(sources)
  return listArrows(file).flatMap((target) => {
    const path = target.slice(1)
    const found = [path, path.replace(/\.ts$/, '.tsx'), path.replace(/\.ts$/, '.js')]
    return target.startsWith('/') ? found.filter((name) => known.has(name)) : []
  })
}

/** The first circle of arrows, from a file back to itself; empty when there is none. */
function findCircle(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>()
  const way: string[] = []
  function visit(file: string): string[] {
    const start = way.indexOf(file)
    if (start >= 0) return [...way.slice(start), file]
    if (done.has(file)) return []
    way.push(file)
    for (const target of arrows.get(file) ?? []) {
      const circle = visit(target)
      if (circle.length > 0) return circle
    }
    way.pop()
    done.add(file)
    return []
  }
  for (const file of arrows.keys()) {
    const circle = visit(file)
    if (circle.length > 0) return circle
  }
  return []
}
