/** docs/support.md: its tables are replaced by what was seen, and the text around them is left alone. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { matrixCases } from './cases.js'
import type { RuntimeRow } from './runtime-rows.js'
import { folder } from './runtimes.js'
import type { StoreTable } from './stores/rows.js'

const page = join(folder, '../../docs/support.md')

export interface Seen {
  readonly runtimes: readonly RuntimeRow[]
  readonly frameworks: readonly RuntimeRow[]
  readonly stores: StoreTable
}

export function writePage({ runtimes, frameworks, stores }: Seen): void {
  const text = readFileSync(page, 'utf8')
  const written = [
    { name: 'matrix', isSeen: runtimes.length > 0, table: toRuntimeTable(runtimes) },
    { name: 'frameworks', isSeen: frameworks.length > 0, table: toRuntimeTable(frameworks) },
    { name: 'stores', isSeen: stores.rows.length > 0, table: toStoreTable(stores) },
  ]
    .filter(({ isSeen }) => isSeen)
    .reduce((before, { name, table }) => replace(before, name, table), text)
  writeFileSync(page, written)
}

function toRuntimeTable(rows: readonly RuntimeRow[]): string {
  const names = matrixCases.map(({ name }) => name)
  return toTable(
    names,
    rows.map(({ name, outcomes }) => [toShortName(name), ...outcomes]),
  )
}

function toStoreTable({ releases, rows }: StoreTable): string {
  return toTable(
    releases.map((version) => `Better Auth ${version}`),
    rows.map(({ name, outcomes }) => [name, ...outcomes]),
  )
}

function toTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
}

function replace(text: string, name: string, table: string): string {
  const [before = '', rest = ''] = text.split(`<!-- ${name} -->\n`)
  const after = rest.slice(rest.indexOf(`<!-- end of ${name} -->`))
  return `${before}<!-- ${name} -->\n\n${table}\n\n${after}`
}

/** The page does not change with every patch of the Node that happens to run it. */
function toShortName(name: string): string {
  return name.replace(/^Node (\d+)\..*$/, 'Node $1')
}
