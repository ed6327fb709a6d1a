import { describe, expect, it } from 'vitest'
import { announce } from './announcement.js'

const settings = {
  web: { url: 'http://localhost:3000' },
  api: { url: 'http://localhost:8000' },
  dataDir: '.data',
}

describe('announce', () => {
  it.each([
    ['in a trial', { isTrial: true, hasInspector: true }, true, true],
    ['with INSPECTOR=on', { isTrial: false, hasInspector: true }, true, false],
    ['elsewhere', { isTrial: false, hasInspector: false }, false, false],
  ])('names what there is, %s', (_, announced, hasInspector, hasOutbox) => {
    const text = announce(settings, announced)
    expect(text).toContain('  Open        http://localhost:3000\n')
    expect(text).toContain('  API         http://localhost:8000/docs\n')
    expect(text.includes('  Inspector   http://localhost:3000/inspector\n')).toBe(hasInspector)
    expect(text.includes('  Mail        http://localhost:3000/dev/mail\n')).toBe(hasOutbox)
    expect(text.includes('alice@example.com')).toBe(hasOutbox)
  })
})
