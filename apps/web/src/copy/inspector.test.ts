import { describe, expect, it } from 'vitest'
import { inspectorCopy } from './inspector.js'

const { counters, fence, answer } = inspectorCopy
const { watch } = inspectorCopy.experiments.rotate

describe('what the inspector counts', () => {
  it.each([
    [counters.accepted, 'request verified', 'requests verified'],
    [counters.onPath, 'request that waited for the issuer', 'requests that waited for the issuer'],
    [counters.keys, 'call for keys, in the background', 'calls for keys, in the background'],
    [
      counters.feed,
      'call for revocations, in the background',
      'calls for revocations, in the background',
    ],
    [fence.visible, 'row you can see', 'rows you can see'],
    [fence.inTable, 'row in the table', 'rows in the table'],
    [answer.first, '1 task on the first page', '2 tasks on the first page'],
  ])('is one or many (%#)', (label, one, many) => {
    expect([label(1), label(2)]).toEqual([one, many])
    expect(label(0)).toBe(many.replace('2', '0'))
  })

  it('is one request, or many, after a rotation', () => {
    expect(watch(1, 0)).toBe('1 request meanwhile, 0 failed.')
    expect(watch(7, 2)).toBe('7 requests meanwhile, 2 failed.')
  })
})
