import { describe, expect, it } from 'vitest'
import type { ToastMessage } from '../../ui/toasts.js'
import { createToasts } from '../../ui/toasts.js'
import { makeTask, settle } from '../_task.js'
import { RefusedError } from '../api/failures.js'
import type { ConnectionState } from './connection.js'
import { createEmptying } from './emptying.js'
import { createHistory } from './history.js'

const until = '2026-11-21T09:00:00.000Z'

function setUp(items = new Map<string, string>()) {
  const state = {
    kind: 'up' as ConnectionState['kind'],
    trash: [makeTask({ deletedAt: until })],
    refuses: false,
    confirm: () => {},
    confirmed: Promise.resolve(),
  }
  const sent: string[] = []
  const emptied: string[] = []
  const toasts = createToasts()
  const history = createHistory()
  const emptying = createEmptying({
    api: {
      list: async () => ({ tasks: state.trash, nextCursor: null }),
      emptyTrash: async (moment) => {
        if (state.refuses) throw new RefusedError(403, 'not_owner')
        sent.push(moment)
      },
    },
    connection: {
      run: (attempt) => attempt(),
      state: () => ({ kind: state.kind }) as ConnectionState,
    },
    pendingChanges: { untilConfirmed: () => state.confirmed },
    toasts,
    history,
    storage: {
      getItem: (key) => items.get(key) ?? null,
      setItem: (key, value) => void items.set(key, value),
      removeItem: (key) => void items.delete(key),
    },
    userId: 'user-1',
    onEmptied: (moment) => void emptied.push(moment),
    onUnchanged: () => void emptied.push('unchanged'),
  })
  const texts = (): readonly ToastMessage[] => toasts.list()
  const closeToast = () => toasts.close(toasts.list()[0]?.id ?? '')
  const undo = () => toasts.act(toasts.list()[0]?.id ?? '')
  return { state, sent, emptied, toasts, history, emptying, items, texts, closeToast, undo }
}

describe('createEmptying', () => {
  it('hides the trash at once, and ends it when the way back has closed', async () => {
    const { emptying, sent, emptied, items, texts, closeToast, history } = setUp()
    await emptying.begin()
    expect(emptying.until.get()).toBe(until)
    expect(texts()).toMatchObject([{ action: { label: 'Undo' } }])
    await settle()
    expect(sent).toEqual([])
    closeToast()
    await settle()
    expect([sent, emptied]).toEqual([[until], [until]])
    expect(emptying.until.get()).toBeNull()
    expect(items.size).toBe(0)
    expect(history.undoLast()).toBeNull()
  })

  it.each(['the message', 'the key'] as const)('is taken back by %s', async (way) => {
    const { emptying, sent, items, texts, undo, history } = setUp()
    await emptying.begin()
    if (way === 'the message') undo()
    else expect(history.undoLast()?.undone).toBe('The trash is as it was.')
    await settle()
    expect(emptying.until.get()).toBeNull()
    expect([sent, texts(), items.size]).toEqual([[], [], 0])
    expect(history.undoLast()).toBeNull()
  })

  it('is offered again after a reload, which decides nothing', async () => {
    const first = setUp()
    await first.emptying.begin()
    const again = setUp(first.items)
    again.emptying.resume()
    expect(again.emptying.until.get()).toBe(until)
    again.undo()
    await settle()
    expect([first.sent, again.sent]).toEqual([[], []])
    expect(again.items.size).toBe(0)
  })

  it('is finished after a reload once it was decided', async () => {
    const first = setUp()
    first.state.confirmed = new Promise(() => {})
    await first.emptying.begin()
    first.closeToast()
    await settle()
    expect(first.sent).toEqual([])
    const again = setUp(first.items)
    again.emptying.resume()
    expect(again.texts()).toEqual([])
    await settle()
    expect([again.sent, again.items.size]).toEqual([[until], 0])
  })

  it('waits for what is being brought back', async () => {
    const { emptying, state, sent, closeToast } = setUp()
    state.confirmed = new Promise((resolve) => {
      state.confirm = resolve
    })
    await emptying.begin()
    closeToast()
    await settle()
    expect(sent).toEqual([])
    state.confirm()
    await settle()
    expect(sent).toEqual([until])
  })

  it('decides nothing when the session ends, and goes on when it is back', async () => {
    const { emptying, state, sent, closeToast, undo } = setUp()
    await emptying.begin()
    state.kind = 'signed-out'
    closeToast()
    await settle()
    expect(sent).toEqual([])
    state.kind = 'up'
    emptying.resume()
    undo()
    await settle()
    expect([sent, emptying.until.get()]).toEqual([[], null])
  })

  it('says so when it was refused, and shows the trash again', async () => {
    const { emptying, state, emptied, texts, closeToast, items } = setUp()
    state.refuses = true
    await emptying.begin()
    closeToast()
    await settle()
    expect(texts()).toMatchObject([{ bad: true, text: expect.stringContaining('not be emptied') }])
    expect([emptied, emptying.until.get(), items.size]).toEqual([['unchanged'], null, 0])
  })

  it('offers nothing where the trash is empty already', async () => {
    const { emptying, state, emptied, texts } = setUp()
    state.trash = []
    await emptying.begin()
    expect([emptied, texts(), emptying.until.get()]).toEqual([['unchanged'], [], null])
  })

  it('leaves the trash as it is when somebody signs out, whatever is kept', async () => {
    const { emptying, sent, texts, items } = setUp()
    await emptying.begin()
    emptying.clear()
    await settle()
    expect([sent, texts(), items.size]).toEqual([[], [], 0])
    const strange = setUp(new Map([['claimcheck.emptying.user-1', '{"until":"soon"}']]))
    strange.emptying.resume()
    expect(strange.texts()).toEqual([])
  })
})
