import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import { describe, expect, it, vi } from 'vitest'
import { loadNextPage } from './next-page.js'

interface Page {
  readonly name: string
  readonly next: number | null
}

/** A list of which the first of two pages is known, and old. Each request waits until it is answered. */
function setUp() {
  const client = new QueryClient()
  client.setQueryData(
    ['list'],
    { pages: [{ name: 'old', next: 1 }], pageParams: [0] },
    { updatedAt: 0 },
  )
  const asked: Array<{ page: number; signal: AbortSignal; answer(page: Page): void }> = []
  const observer = new InfiniteQueryObserver(client, {
    queryKey: ['list'],
    queryFn: ({ pageParam, signal }) =>
      new Promise<Page>((answer) => asked.push({ page: pageParam, signal, answer })),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
    staleTime: 30_000,
    retry: false,
  })
  const stop = observer.subscribe(() => {})
  const names = () => observer.getCurrentResult().data?.pages.map(({ name }) => name)
  const load = () => loadNextPage(observer.getCurrentResult())
  return { asked, observer, stop, names, load }
}

describe('loadNextPage', () => {
  it('lets a refetch finish, and fetches the next page then', async () => {
    const { asked, stop, names, load } = setUp()
    expect(asked.map(({ page }) => page)).toEqual([0])
    const loaded = load()
    expect(asked).toHaveLength(1)
    asked[0]?.answer({ name: 'fresh', next: 1 })
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 10_000 })
    expect(asked[0]?.signal.aborted).toBe(false)
    expect(asked[1]?.page).toBe(1)
    asked[1]?.answer({ name: 'next', next: null })
    await loaded
    expect(names()).toEqual(['fresh', 'next'])
    stop()
  })

  it('fetches a page once, however often it is asked for', async () => {
    const { asked, stop, names, load } = setUp()
    const loads = [load(), load()]
    asked[0]?.answer({ name: 'fresh', next: 1 })
    await vi.waitFor(() => expect(asked).toHaveLength(2), { timeout: 10_000 })
    loads.push(load())
    asked[1]?.answer({ name: 'next', next: null })
    await Promise.all(loads)
    expect(asked).toHaveLength(2)
    expect(names()).toEqual(['fresh', 'next'])
    stop()
  })

  it('asks for nothing when the refetch has shown that there is no more', async () => {
    const { asked, stop, names, load } = setUp()
    const loaded = load()
    asked[0]?.answer({ name: 'all', next: null })
    await loaded
    expect(asked).toHaveLength(1)
    expect(names()).toEqual(['all'])
    stop()
  })
})
