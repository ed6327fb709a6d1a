/** Everything behind the task list, put together once for a page and a person. */

import { notifyManager, QueryClient } from '@tanstack/react-query'
import {
  createTokenClient,
  SignedOutError,
  type TokenClient,
  TokenUnavailableError,
} from 'claimcheck/client'
import { fetchToken } from '../../session/ask-auth.js'
import { createStore, type Store } from '../../ui/store.js'
import { createToasts, type Toasts } from '../../ui/toasts.js'
import { createTasksApi, type TasksApi } from '../api/api.js'
import type { ListQuery } from '../api/list-query.js'
import { readRefusal } from '../api/problem.js'
import type { Task, TaskCounts, TaskPage } from '../api/task.js'
import { toAddress } from '../list-state/views.js'
import { createActions, type TaskActions } from './actions.js'
import { dropTrash, listsKey, type TaskPages, toListKey } from './cache.js'
import { type Connection, createConnection } from './connection.js'
import { type KnownCounts, toCountsKey } from './counts.js'
import { createDrafts, type Drafts } from './drafts.js'
import { createEmptying, type Emptying } from './emptying.js'
import { createHistory, type History } from './history.js'
import { createLeaving, type Leaving } from './leaving.js'
import { createPendingChanges, type PendingChanges } from './pending-changes.js'
import { createTabMessages, type TabMessages } from './tab-messages.js'
import { openTabStorage } from './tab-storage.js'
import { createVersionChain } from './version-chain.js'

/** Who is signed in, as far as the page shows it. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly email: string
}

export interface EngineOptions {
  readonly person: Person
  /** Origin of the task API. */
  readonly apiUrl: string
  /** The person's, as the browser told the server; UTC before it did. */
  readonly timeZone: string
  /** What the server has fetched for the first paint; null when it could not. */
  readonly first: {
    readonly query: ListQuery
    readonly page: TaskPage
    /** With the day they are for; null when they could not be had. */
    readonly counted: { readonly today: string; readonly counts: TaskCounts } | null
  } | null
}

export interface Engine {
  readonly person: Person
  readonly timeZone: string
  readonly client: QueryClient
  readonly tokens: TokenClient
  readonly api: TasksApi
  readonly connection: Connection
  readonly drafts: Drafts
  readonly pendingChanges: PendingChanges
  readonly actions: TaskActions
  readonly tabs: TabMessages
  readonly toasts: Toasts
  readonly history: History
  readonly leaving: Leaving
  readonly emptying: Emptying
  /** The id of the task whose editor is open. */
  readonly expanded: Store<string | null>
}

/** Milliseconds until a request that hangs counts as unreachable. */
const REQUEST_TIMEOUT = 15_000

export function createEngine({ person, apiUrl, timeZone, first }: EngineOptions): Engine {
  const client = createQueryClient()
  if (first) {
    const pages: TaskPages = { pages: [first.page], pageParams: [null] }
    // Old from the start, so that the browser asks once more: while the page was on its way, a change of the page
    // before
    // may have arrived at the API.
    client.setQueryData(toListKey(first.query), pages, { updatedAt: 0 })
    if (first.counted) {
      const { today, counts } = first.counted
      client.setQueryData<KnownCounts>(toCountsKey(today), { counts, askedAt: 0 }, { updatedAt: 0 })
    }
  }
  const tokens = createTokenClient({
    fetchToken,
    origins: [apiUrl],
    fetch: fetchOrFail,
  })
  const api = createTasksApi({ url: apiUrl, fetch: tokens.fetch, timeout: REQUEST_TIMEOUT })
  const connection = createConnection({
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine,
    isSignedOut: (error) => error instanceof SignedOutError,
    isTokenUnavailable: (error) => error instanceof TokenUnavailableError,
    now: Date.now,
    after(delay, run) {
      const timer = setTimeout(run, delay)
      return () => clearTimeout(timer)
    },
  })
  const storage = typeof window === 'undefined' ? null : openTabStorage()
  const drafts = createDrafts(storage, person.id)
  const toasts = createToasts()
  const history = createHistory()
  const expanded = createStore<string | null>(null)
  const tabs = createTabMessages(person.id)
  const pendingChanges = createPendingChanges({
    client,
    api,
    connection,
    versionChain: createVersionChain(),
    storage,
    userId: person.id,
    onConfirmed: (task) => tabs.tell({ kind: 'task', task }),
    onRefused: (change, error) => actions.reportRefusal(change, error),
  })
  const leaving = createLeaving({
    isStill: () => window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    after: (delay, run) => void setTimeout(run, delay),
  })
  const emptying = createEmptying({
    api,
    connection,
    pendingChanges,
    toasts,
    history,
    storage,
    userId: person.id,
    onEmptied(until) {
      dropTrash(client, until)
      tabs.tell({ kind: 'emptied', until })
    },
    onUnchanged: () => void client.invalidateQueries({ queryKey: listsKey }),
  })
  const actions = createActions({
    pendingChanges,
    drafts,
    toasts,
    history,
    userId: person.id,
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
    leave: (before, after) => leaving.add({ before, after }),
    openEditor: (task) => openEditor(expanded, task),
  })
  return {
    person,
    timeZone,
    client,
    tokens,
    api,
    connection,
    drafts,
    pendingChanges,
    actions,
    tabs,
    toasts,
    history,
    leaving,
    emptying,
    expanded,
  }
}

function createQueryClient(): QueryClient {
  // Told by a timer, as is usual, the page would show a change one frame later.
  notifyManager.setScheduler(queueMicrotask)
  return new QueryClient({
    defaultOptions: {
      // Waiting and trying again is the connection's work: here a failure is a refusal.
      queries: {
        networkMode: 'always',
        retry: false,
        staleTime: 30_000,
        // startEngine does it, at every focus.
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}

/** The page shows when it waits and lets people end the wait, so it does the waiting itself. */
async function fetchOrFail(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request)
  if (response.status === 503) throw await readRefusal(response)
  return response
}

function openEditor(expanded: Store<string | null>, task: Task): void {
  if (!document.querySelector(`[data-task="${task.id}"]`)) {
    const view = task.completed ? 'done' : 'open'
    window.history.pushState(null, '', toAddress({ view, q: '', sort: null, priority: null }))
  }
  expanded.set(task.id)
}
