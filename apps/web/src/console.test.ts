import { expect, it } from 'vitest'
import { createLogger } from './auth/log.js'
import { logConsole } from './console.js'

/** What is written when something is printed. */
function print(work: (target: Console) => void): readonly Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = []
  const target = { ...console }
  logConsole(createLogger('debug', { write: (line) => void lines.push(JSON.parse(line)) }), target)
  work(target)
  return lines
}

it.each([
  ['debug', 20],
  ['log', 30],
  ['info', 30],
  ['warn', 40],
  ['error', 50],
] as const)('writes what console.%s is given as a line of the log', (method, level) => {
  const [line, ...others] = print((target) => target[method]('\u001b[33m▲ \u001b[39m Next.js 16'))
  expect(line).toEqual({ level, time: expect.any(String), msg: 'Next.js 16' })
  expect(others).toEqual([])
})

it('writes of an error its name, its place and what the page calls it', () => {
  const failure = Object.assign(new TypeError('alice@example.com failed'), { digest: '2338456798' })
  const lines = print((target) => {
    target.error('\u001b[31m⨯\u001b[39m', failure)
    target.error('uncaughtException: ', Object.assign(failure, { digest: 'NEXT_REDIRECT;/alice' }))
  })
  expect(lines).toMatchObject([
    { msg: 'an error', failure: { name: 'TypeError', digest: '2338456798' } },
    { msg: 'uncaughtException:', failure: { name: 'TypeError', at: expect.any(Array) } },
  ])
  expect(lines[1]?.failure).not.toHaveProperty('digest')
  expect(JSON.stringify(lines)).not.toContain('alice')
})

it('leaves out what is quoted, and empty lines', () => {
  const lines = print((target) => {
    target.log('')
    target.warn('`origin` header with value `https://alice.example` is not ours')
  })
  expect(lines.map(({ msg }) => msg)).toEqual([
    '(left out) header with value (left out) is not ours',
  ])
})
