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
    toasts.show({ text: 'Done.', action: { label: 'Undo', run } })
    const id = toasts.list()[0]?.id ?? ''
    toasts.act(id)
    toasts.act(id)
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('tells that a toast was closed, unless its action was used', () => {
    const toasts = createToasts()
    const closed: string[] = []
    const show = (text: string) =>
      toasts.show({
        text,
        action: { label: 'Undo', run: () => {} },
        onClosed: () => closed.push(text),
      })
    const close = show('Closed.')
    show('Undone.')
    toasts.act(toasts.list()[1]?.id ?? '')
    close()
    close()
    expect(closed).toEqual(['Closed.'])
  })
})
