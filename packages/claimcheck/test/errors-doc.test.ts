/** docs/errors.md and the codes of the library say the same, in both directions. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type AuthErrorCode, type AuthErrorMeaning, authErrors } from '../src/index.js'
import { root } from './_entry-points.js'

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')
const ofTheToken = page.split('\n## Of the token\n')[1]?.split('\n## ')[0] ?? ''
const sections = new Map(
  ofTheToken
    .split('\n### ')
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
)

it('docs/errors.md has a section for each code of the library, in its order, and for nothing else', () => {
  expect([...sections.keys()]).toEqual(Object.keys(authErrors))
})

it.each(Object.keys(authErrors) as AuthErrorCode[])(
  'docs/errors.md says of %s what the code says',
  (code) => {
    const { status, detail, hint, challenge }: AuthErrorMeaning = authErrors[code]
    const section = sections.get(code)
    const says = challenge === undefined ? '' : ` The challenge says \`error="${challenge}"\`.`
    expect(section).toContain(`\n**${status}** · ${detail}${says}\n`)
    expect(section).toContain(`\n- Developer: ${hint}\n`)
    expect(section).toMatch(/^- Caller: .+\.$/m)
  },
)
