/** The files of the repository, and what each of them imports. */

import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** What is made rather than written. */
const made =
  /(^|\/)(node_modules|dist|test-results|playwright-report|next-env\.d\.ts|packages\/claimcheck\/CHANGELOG\.md|\.[^/]+)(\/|$)/
const source = /\.([cm]?[jt]s|[jt]sx)$/

/** Every file and folder that people wrote, named from the root of the repository. */
export function listWritten(folder = root): { files: string[]; folders: string[] } {
  const files: string[] = []
  const folders: string[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = relative(root, `${folder}${sep}${entry.name}`).split(sep).join('/')
    if (made.test(path)) continue
    if (!entry.isDirectory()) files.push(path)
    else {
      const inside = listWritten(`${folder}${sep}${entry.name}`)
      folders.push(path, ...inside.folders)
      files.push(...inside.files)
    }
  }
  return { files, folders }
}

export function listSources(): string[] {
  return listWritten().files.filter((path) => source.test(path))
}

/** What a module says it needs: from `from '…'`, `import '…'`, `import('…')`, types as well. */
export function readImports(text: string): string[] {
  const patterns = [
    /^(?:import|export)\b[^'"`;]*?\bfrom\s+['"]([\w@./:#-]+)['"]/gm,
    /^import\s+['"]([\w@./:#-]+)['"]/gm,
    /\bimport\(\s*(?:\/\*[^*]*\*\/\s*)?['"]([\w@./:#-]+)['"]/g,
    /\brequire\(\s*['"]([\w@./:#-]+)['"]/g,
  ]
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => String(match[1])))
}

/** Where a specifier leads: a file, named from the root with a slash before it, `node:…`, or a package. */
export function resolveImport(file: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    return posix.join('/', posix.dirname(file), specifier).replace(/\.js$/, '.ts')
  }
  return builtinModules.includes(specifier) ? `node:${specifier}` : specifier
}

export function listArrows(file: string): string[] {
  const text = readFileSync(`${root}/${file}`, 'utf8')
  return readImports(text).map((specifier) => resolveImport(file, specifier))
}
