/** Every relative link of the documentation leads somewhere, and every path it names is there. */

import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listWritten, root } from './_imports.js'

const documents = listWritten().files.filter((path) => path.endsWith('.md'))
const topFolder = /^(?:apps|bench|docs|examples|packages|scripts|test)\/[\w./-]*$/

describe('the documentation', () => {
  it.each(documents)('%s leads only to what is there', (path) => {
    expect(readLinks(readDocument(path)).filter((link) => !leadsSomewhere(path, link))).toEqual([])
  })

  it.each(documents)('%s names only files and folders that are there', (path) => {
    const named = readPaths(readDocument(path))
    expect(named.filter((name) => !existsSync(`${root}/${name}`))).toEqual([])
  })

  it('is read link by link, outside of code', () => {
    const text = '[a](b.md) ![c](d.png)\n```\n[e](f.md)\n```\n`[g](h.md)` [i](https://j.example)'
    expect(readLinks(text)).toEqual(['b.md', 'd.png'])
    expect(leadsSomewhere('docs/errors.md', '../README.md')).toBe(true)
    expect(leadsSomewhere('docs/errors.md', '#token_missing')).toBe(true)
    expect(leadsSomewhere('docs/errors.md', 'README.md')).toBe(false)
    expect(leadsSomewhere('README.md', 'docs/errors.md#no_such_code')).toBe(false)
  })

  it('names a path by its folder at the top', () => {
    expect(readPaths('`scripts/start.ts`, `tasks/`, `npm start`, `apps/$1`')).toEqual([
      'scripts/start.ts',
    ])
  })
})

const questions = [
  /where is a token refused/i,
  /add a framework/i,
  /add a status to a task/i,
  /add a field/i,
  /add an event that ends sessions/i,
  /where is the content security policy/i,
  /where is the rate of sign-in/i,
  /where do errors become http/i,
  /how does the system start/i,
]

describe('ARCHITECTURE.md', () => {
  it.each(questions)('answers %s in one line that names a file', (question) => {
    const lines = readDocument('ARCHITECTURE.md').split('\n')
    const [line, ...others] = lines.filter((text) => /^\| .*\?/.test(text) && question.test(text))
    expect(others).toEqual([])
    expect(line).toMatch(/\]\([\w./-]+\.(ts|tsx)\)/)
  })
})

function readDocument(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8')
}

/** Relative links; those to the web are not fetched here. */
function readLinks(text: string): string[] {
  const prose = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}

/** What stands in code marks and begins with a folder of the repository. */
function readPaths(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => topFolder.test(code))
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '')
}

function leadsSomewhere(from: string, link: string): boolean {
  const [target = '', anchor] = link.split('#')
  const path = target === '' ? from : posix.join(posix.dirname(from), target)
  if (!existsSync(`${root}/${path}`)) return false
  return anchor === undefined || readAnchors(readDocument(path)).includes(anchor)
}

/** As GitHub makes them: lower case, punctuation left out, spaces as hyphens. */
function readAnchors(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}
