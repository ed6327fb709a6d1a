import { describe, expect, it } from 'vitest'
import { readShortcut, shortcuts } from './shortcuts.js'

const press = (
  key: string,
  held: Partial<Record<'altKey' | 'ctrlKey' | 'metaKey', true>> = {},
) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...held,
})

describe('shortcuts', () => {
  it.each([
    ['n', 'add'],
    ['j', 'next'],
    ['k', 'previous'],
    ['x', 'toggle'],
    ['e', 'edit'],
    ['/', 'search'],
    ['?', 'help'],
    ['u', 'undo'],
    ['d', 'remove'],
    ['1', 'open'],
    ['5', 'trash'],
    ['q', null],
    ['Enter', null],
  ])('reads %s as %s', (key, expected) => {
    expect(readShortcut(press(key))).toBe(expected)
  })

  it('leaves keys with a modifier to the browser', () => {
    for (const held of ['altKey', 'ctrlKey', 'metaKey'] as const) {
      expect(readShortcut(press('n', { [held]: true }))).toBeNull()
    }
  })

  it('binds no key twice, and explains every key', () => {
    const keys = shortcuts.flatMap((shortcut) => shortcut.keys)
    expect(new Set(keys).size).toBe(keys.length)
    expect(shortcuts.every(({ label, shown }) => label && shown.length > 0)).toBe(true)
  })
})
