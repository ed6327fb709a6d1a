import { expect, test } from 'vitest'
import { readSteps } from './page.js'

test('a page is followed from top to bottom: files are written, commands typed under their heading', () => {
  const page =
    '# A\n## 1. The app\n```\nnpm install a\nA=b\n```\n<!-- x/app/a.js -->\n```js\nlet a\n```\n## 2. Other\n```\nnode b\n```\n'
  expect(readSteps(page)).toEqual([
    { kind: 'command', heading: '1. The app', text: 'npm install a' },
    { kind: 'command', heading: '1. The app', text: 'A=b' },
    { kind: 'file', source: 'x/app/a.js', code: 'let a\n' },
    { kind: 'command', heading: '2. Other', text: 'node b' },
  ])
})
