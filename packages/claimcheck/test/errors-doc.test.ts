/** The page that the `type` of every problem leads to. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type AuthErrorCode,
  type AuthErrorMeaning,
  authErrors,
  toProblemType,
} from '../src/index.js'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const codes = Object.keys(authErrors) as AuthErrorCode[]

/** Codes that the API answers with beside those of the library: contract, section 3. */
const ofTheApi: Readonly<Record<string, number>> = {
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  precondition_failed: 412,
  body_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  rate_limited: 429,
  internal_error: 500,
  database_unavailable: 503,
  overloaded: 503,
}

const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n')
      return [section.slice(0, end), section.slice(end)] as const
    }),
)

describe('docs/errors.md', () => {
  it.each(codes)('has a section for %s with its status, and what each side should do', (code) => {
    const meaning: AuthErrorMeaning = authErrors[code]
    const section = sections.get(code) ?? ''
    expect(section).toContain(`**${meaning.status}`)
    expect(section).toMatch(/^- Caller: .+^- Developer: /ms)
    expect(section.includes('Retry-After')).toBe(meaning.status === 503)
    expect(toProblemType(code).endsWith(`/docs/errors.md#${code}`)).toBe(true)
  })

  it.each(Object.entries(ofTheApi))('has a section for %s of the API', (code, status) => {
    const section = sections.get(code) ?? ''
    expect(section).toContain(`**${status}`)
    expect(section).toMatch(/^- Caller: .+^- Developer: /ms)
    expect(section.includes('Retry-After')).toBe(status === 429 || status === 503)
  })

  it('has a section for every code that the API in this repository knows', () => {
    const source = readFileSync(new URL('../../../apps/api/src/errors.ts', import.meta.url), 'utf8')
    const known = [...source.matchAll(/^ {2}([a-z_]+): \{$/gm)].map(([, code]) => code)
    expect(known.length).toBeGreaterThan(5)
    expect([...sections.keys()]).toEqual(expect.arrayContaining(known))
  })

  it('has no section for anything else, and those of the library in the order of the table', () => {
    expect([...sections.keys()]).toEqual([...codes, ...Object.keys(ofTheApi)])
  })

  it('shows a problem document as the library makes it', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(page) ?? []
    const { title, status, detail } = authErrors.token_expired
    expect(JSON.parse(example)).toEqual({
      type: toProblemType('token_expired'),
      title,
      status,
      code: 'token_expired',
      detail,
      requestId: expect.any(String),
    })
  })
})
