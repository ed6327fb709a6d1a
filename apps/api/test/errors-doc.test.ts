/** docs/errors.md says what the code says, for every code there is. */
import { readFileSync } from 'node:fs'
import { authErrors } from 'claimcheck'
import { expect, it } from 'vitest'
import { apiErrors } from '../src/errors.js'

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
const sections = new Map(
  page
    .split('\n### ')
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)
const { request_malformed: _, ...ownErrors } = apiErrors
const meanings = { ...authErrors, ...ownErrors }

it.each(Object.entries(meanings))('%s has a section with its status', (code, meaning) => {
  expect(sections.get(code)).toContain(`**${meaning.status}** · ${meaning.detail}`)
  expect(sections.get(code)).toContain(meaning.hint)
})

it('docs/errors.md has no section of the task API that no code has', () => {
  const ofTheApi = page.split('\n## Of the task API\n')[1]?.split('\n## ')[0] ?? ''
  const codes = [...ofTheApi.matchAll(/^### (.+)$/gm)].map(([, code]) => code)
  expect(codes.sort()).toEqual(Object.keys(ownErrors).sort())
})
