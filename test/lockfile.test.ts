/** What is installed: not below a version that mended something for everybody, and what the lockfile says about it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Entry {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}

const lockfile: { packages: Record<string, Entry> } = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
)
const installed = Object.entries(lockfile.packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
)

/** The newest version that mended a published vulnerability of the kind this system would suffer from. */
const floors = [
  // CVE-2026-45364 (a new address for every request, by IPv6), CVE-2025-61928 (API keys for anybody).
  ['better-auth', '1.4.17'],
  // CVE-2025-29927 (checks of a proxy passed by) and CVE-2025-55182 with -66478 (code run by a server action).
  ['next', '16.0.7'],
  ['react-dom', '19.2.1'],
  // CVE-2026-22817 and -22818 (algorithm confusion in its JWT middleware), and files read from elsewhere after it.
  ['hono', '4.12.4'],
  // CVE-2017-16082 (code run by the names of columns).
  ['pg', '7.1.2'],
  // CVE-2024-28176 (a small token that unpacks to a large one).
  ['jose', '5.2.3'],
  // CVE-2025-14874 (a made-up address that takes minutes to read).
  ['nodemailer', '7.0.11'],
] as const

describe('the lockfile', () => {
  it.each(floors)('installs no %s below %s, anywhere in the tree', (name, floor) => {
    const versions = installed
      .filter(([path]) => path.endsWith(`node_modules/${name}`))
      .map(([, { version = '' }]) => version)
    expect(versions).not.toEqual([])
    expect(versions.filter((version) => isBelow(version, floor))).toEqual([])
  })

  it('compares versions by number', () => {
    expect(isBelow('1.9.9', '1.10.0')).toBe(true)
    expect(isBelow('1.10.0', '1.9.9')).toBe(false)
    expect(isBelow('4.11.4', '4.11.4')).toBe(false)
    expect(isBelow('4.11.3', '4.11.4')).toBe(true)
    expect(isBelow('16.0.7-canary.1', '16.0.7')).toBe(true)
  })

  it('has a digest for everything but binaries of another platform, which npm writes none for', () => {
    const without = installed.filter(([, { integrity }]) => integrity === undefined)
    for (const [path, { optional, os, cpu }] of without) {
      // Nothing that runs here, and pinned to one version by a package that has a digest.
      expect({ path, optional, isBinary: os !== undefined || cpu !== undefined }).toEqual({
        path,
        optional: true,
        isBinary: true,
      })
      expect(path).toMatch(
        /^node_modules\/(@biomejs\/cli-|@next\/swc-|@oxc-parser\/binding-|@tailwindcss\/oxide-)/,
      )
    }
  })

  it('names no address to download from', () => {
    const addresses = installed.filter(([, { resolved }]) => resolved?.includes(':'))
    expect(addresses).toEqual([])
  })
})

function isBelow(version: string, floor: string): boolean {
  const [numbers = '', preview] = version.split('-')
  const given = numbers.split('.').map(Number)
  const least = floor.split('.').map(Number)
  const index = least.findIndex((number, at) => given[at] !== number)
  if (index < 0) return preview !== undefined
  return (given[index] ?? 0) < (least[index] ?? 0)
}
