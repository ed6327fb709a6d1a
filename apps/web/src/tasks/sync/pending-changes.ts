/**
 * Sends changes one after the other, in the order in which they were made, and keeps them until the API has answered:
 * through outages, a lost session, and a reload of the page.
 */

import type { Mutation, MutationOptions, QueryClient } from '@tanstack/react-query'
import type { TasksApi } from '../api/api.js'
import { ConflictError, RefusedError } from '../api/failures.js'
import { hasChanges, pickFields, type Task, type TaskFields } from '../api/task.js'
import { isMoment, isTask, isTaskChanges, readField } from '../api/task-shape.js'
import { listsKey, settleTask } from './cache.js'
import type { Change } from './change.js'
import type { Connection } from './connection.js'
import { countsKey, settleCounts } from './counts.js'
import type { TabStorage } from './tab-storage.js'
import type { VersionChain } from './version-chain.js'

type TaskChanger = Pick<TasksApi, 'read' | 'create' | 'update' | 'remove' | 'restore'>

export interface PendingChangesOptions {
  readonly client: QueryClient
  readonly api: TaskChanger
  readonly connection: Connection
  readonly versionChain: VersionChain
  /** Where pending changes outlive a reload; null keeps them in memory only. */
  readonly storage: TabStorage | null
  /** Names the person, so that nobody sends another's changes. */
  readonly userId: string
  /** The API has it now. */
  onConfirmed(task: Task): void
  /** The API said no: the change has been taken back. */
  onRefused(change: Change, error: unknown): void
}

export interface PendingChanges {
  /**
   * Takes a change; the answer comes as a confirmed task in the lists, or through `onRefused`.
   *
   * @param reading What is still to be understood of its task, and never rejects: shown at once, the change is sent
   *   with what this brings.
   */
  add(change: Change, reading?: Promise<Partial<TaskFields>>): void
  isWaiting(): boolean
  /** Resolves when none waits for an answer any more. */
  untilConfirmed(): Promise<void>
  /** Sends again what was pending when the page was left. */
  resume(): void
  /** Forgets everything, for somebody who signs out. */
  clear(): void
}

export const changeKey = ['change'] as const

export function createPendingChanges(options: PendingChangesOptions): PendingChanges {
  const { client, storage } = options
  const cache = client.getMutationCache()
  const place = `claimcheck.changes.${options.userId}`

  function save(): void {
    // After a reload nobody remembers which versions were our own: each change takes its newest along.
    const changes = listPending(client).map((change) => rebase(change, options.versionChain))
    if (changes.length > 0) storage?.setItem(place, JSON.stringify(changes))
    else storage?.removeItem(place)
  }

  let resumed = false
  cache.subscribe((event) => {
    // Until what was kept is back in memory, saving would overwrite it.
    if (resumed && (event.type === 'updated' || event.type === 'removed')) save()
    if (event.type === 'updated' && event.action.type === 'success') confirm(event.mutation)
  })

  /** It is not pending from now on, so it counts in what the API said. */
  function confirm(mutation: Mutation): void {
    settleCounts(client, readChange(mutation))
    // Asked before, the API may have counted it already.
    if (listPending(client).length === 0) void client.invalidateQueries({ queryKey: countsKey })
  }

  function add(change: Change, reading?: Promise<Partial<TaskFields>>): void {
    let made = change
    const mutation: MutationOptions<Task, Error, Change, Change | undefined> = {
      mutationKey: changeKey,
      // One line for all: tasks that are added one after the other keep that order.
      scope: { id: 'changes' },
      networkMode: 'always',
      // What it gives back is kept with the change before anything is sent.
      async onMutate() {
        if (!reading) return undefined
        made = { ...change, task: { ...change.task, ...(await reading) } }
        return made
      },
      mutationFn: () => send(options, made),
    }
    cache
      .build(client, client.defaultMutationOptions(mutation))
      .execute(change)
      .catch((error: unknown) => {
        options.onRefused(change, error)
        // What is listed may be as old as what was refused.
        void client.invalidateQueries({ queryKey: listsKey })
        void client.invalidateQueries({ queryKey: countsKey })
      })
  }

  return {
    add,
    isWaiting: () => listPending(client).length > 0,
    untilConfirmed() {
      return new Promise((resolve) => {
        if (listPending(client).length === 0) return resolve()
        const stop = cache.subscribe(() => {
          if (listPending(client).length > 0) return
          stop()
          resolve()
        })
      })
    },
    resume() {
      if (resumed) return
      resumed = true
      for (const change of readStored(storage?.getItem(place) ?? null)) add(change)
    },
    clear() {
      cache.clear()
      storage?.removeItem(place)
    },
  }
}

/** The changes that wait for an answer, in the order in which they were made. */
export function listPending(client: QueryClient): Change[] {
  return client
    .getMutationCache()
    .findAll({ mutationKey: changeKey, status: 'pending' })
    .map(readChange)
}

export function readChange({ state }: Mutation): Change {
  return (state.context ?? state.variables) as Change // `add` is the only place that makes mutations with this key
}

async function send(options: PendingChangesOptions, change: Change): Promise<Task> {
  const { client, api, connection, versionChain } = options
  const { id, version } = change.task
  const from = versionChain.follow(id, version)
  const task = await connection.run(() => attempt(api, change, from))
  versionChain.step(id, from, task.version)
  await settleTask(client, task)
  options.onConfirmed(task)
  return task
}

function attempt(api: TaskChanger, change: Change, version: number): Promise<Task> {
  switch (change.kind) {
    case 'create':
      return api.create({ id: change.task.id, ...pickFields(change.task) })
    case 'update':
      return api
        .update(change.task.id, change.fields, change.guarded ? version : null)
        .catch((error: unknown) => settleConflict(api, change, error))
    case 'remove':
      return api.remove(change.task.id)
    case 'restore':
      return api.restore(change.task.id)
  }
}

/** A 412 may be our own doing: the first attempt arrived, and only its answer was lost. */
async function settleConflict(
  api: TaskChanger,
  change: Change & { kind: 'update' },
  error: unknown,
): Promise<Task> {
  if (!(error instanceof RefusedError) || error.status !== 412) throw error
  const newer = await api.read(change.task.id)
  if (hasChanges(newer, change.fields)) return newer
  throw new ConflictError(newer)
}

function rebase(change: Change, versionChain: VersionChain): Change {
  const { id, version } = change.task
  return { ...change, task: { ...change.task, version: versionChain.follow(id, version) } }
}

function readStored(text: string | null): readonly Change[] {
  if (text === null) return []
  try {
    const changes: unknown = JSON.parse(text)
    return Array.isArray(changes) ? changes.filter(isChange) : []
  } catch {
    // Somebody else wrote there: nothing of ours.
    return []
  }
}

function isChange(value: unknown): value is Change {
  if (!isTask(readField(value, 'task')) || !isMoment(readField(value, 'at'))) return false
  switch (readField(value, 'kind')) {
    case 'create':
    case 'remove':
    case 'restore':
      return true
    case 'update':
      return (
        isTaskChanges(readField(value, 'fields')) &&
        typeof readField(value, 'guarded') === 'boolean'
      )
    default:
      return false
  }
}
