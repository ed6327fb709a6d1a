import { describe, expect, it } from 'vitest'
import { judgePassword } from './strength.js'

describe('judgePassword', () => {
  it.each([
    ['', 'short'],
    ['abc1234', 'short'],
    ['password1!', 'weak'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefghij', 'weak'],
    ['12345678', 'weak'],
    ['tangerine', 'weak'],
    ['blue-Kettle7', 'fair'],
    ['grey coat, third hook', 'strong'],
    ['xK3$vQ9!mZ2p', 'strong'],
  ] as const)('calls %j %s', (password, strength) => {
    expect(judgePassword(password)).toBe(strength)
  })

  it('calls a password weak that holds the name or the address', () => {
    expect(judgePassword('Marguerite & the 9 owls')).toBe('strong')
    expect(judgePassword('Marguerite & the 9 owls', ['Marguerite Duval'])).toBe('weak')
    expect(judgePassword('lemontree#2041 yes', ['lemontree@example.com'])).toBe('weak')
  })

  it('does not mind short words of the name', () => {
    expect(judgePassword('grey coat, third hook', ['Al Oat'])).toBe('strong')
  })
})
