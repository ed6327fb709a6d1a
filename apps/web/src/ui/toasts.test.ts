import { describe, expect, it, vi } from 'vitest'
import { createToasts } from './toasts.js'

describe('createToasts', () => {
  it('shows, and takes away again', () => {
    const toasts = createToasts()
    const close = toasts.show({ text: 'Done.' })
    expect(toasts.list()).toMatchObject([{ text: 'Done.' }])
    close()
    close()
    expect(toasts.list()).toEqual([])
  })

  it('runs an action once', () => {
    const toasts = createToasts()
    const run = vi.fn()
    toasts.show({ text: 'Done.', action: { label: 'Undo', undoes: true, run } })
    const id = toasts.list()[0]?.id ?? ''
    toasts.act(id)
    toasts.act(id)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('undoes the newest first, and only what can be undone', () => {
    const toasts = createToasts()
    const ran: string[] = []
    const action = (name: string, undoes = true) => {
      return { label: name, undoes, run: () => void ran.push(name) }
    }
    toasts.show({ text: 'one', action: action('one') })
    toasts.show({ text: 'two', action: action('two') })
    toasts.show({ text: 'bad', bad: true, action: action('bad', false) })
    toasts.show({ text: 'plain' })
    expect([toasts.undoLast(), toasts.undoLast(), toasts.undoLast()]).toEqual([true, true, false])
    expect(ran).toEqual(['two', 'one'])
  })
})
