/** The task API as functions: one per request, the same in the browser and on the server. */

import { RefusedError, UnavailableError } from './failures.js'
import { readRefusal } from './problem.js'
import type { Task, TaskChanges, TaskCounts, TaskFields, TaskPage } from './task.js'
import { isTask, isTaskCounts, isTaskPage } from './task-shape.js'

export interface TasksApi {
  /** @param query As the API takes it: status, q, sort, order, limit, deleted. */
  list(query: string, cursor: string | null, signal?: AbortSignal): Promise<TaskPage>
  /** @param today The person's own, as `YYYY-MM-DD`. */
  count(today: string, signal?: AbortSignal): Promise<TaskCounts>
  read(id: string): Promise<Task>
  /** Safe to repeat: the id is the client's. */
  create(task: TaskFields & { readonly id: string }): Promise<Task>
  /** @param version Refused with 412 unless the task still has it; null changes whatever is there. */
  update(id: string, changes: TaskChanges, version: number | null): Promise<Task>
  remove(id: string): Promise<Task>
  restore(id: string): Promise<Task>
  /** Ends for good what was put into the trash up to this moment. Safe to repeat. */
  emptyTrash(until: string): Promise<void>
}

export interface TasksApiOptions {
  /** Origin of the API. */
  readonly url: string
  /** Adds the token. What it throws with a `code` (signed out, no token) is passed on as it is. */
  fetch(input: string, init: RequestInit): Promise<Response>
  /** Milliseconds until a request that hangs counts as unreachable. */
  readonly timeout: number
}

/**
 * Every function throws a {@link RefusedError} when the API says no, and an {@link UnavailableError} when it cannot
 * say.
 */
export function createTasksApi({ url, fetch, timeout }: TasksApiOptions): TasksApi {
  async function send(path: string, init: RequestInit, outer?: AbortSignal): Promise<unknown> {
    const limit = AbortSignal.timeout(timeout)
    const signal = outer ? AbortSignal.any([outer, limit]) : limit
    try {
      const response = await fetch(`${url}/api/me/tasks${path}`, { ...init, signal })
      if (!response.ok) throw await readRefusal(response)
      return await response.json()
    } catch (error) {
      outer?.throwIfAborted()
      // A network failure is a TypeError, a request that took too long a TimeoutError, and an answer that is no JSON
      // came
      // from something in between, a SyntaxError: none of them decided anything.
      const isBroken = error instanceof TypeError || error instanceof SyntaxError
      if (isBroken || (limit.aborted && !(error instanceof RefusedError))) {
        throw new UnavailableError('unreachable', null, { cause: error })
      }
      throw error
    }
  }

  /** An answer that is no task came from something in between, and decided nothing. */
  async function sendForTask(path: string, init: RequestInit): Promise<Task> {
    const answer = await send(path, init)
    if (!isTask(answer)) throw new UnavailableError('unreachable', null)
    return answer
  }

  return {
    async list(query, cursor, signal) {
      const parameters = new URLSearchParams(query)
      if (cursor !== null) parameters.set('cursor', cursor)
      const answer = await send(`?${parameters}`, {}, signal)
      if (!isTaskPage(answer)) throw new UnavailableError('unreachable', null)
      return answer
    },
    async count(today, signal) {
      const answer = await send(`/counts?${new URLSearchParams({ today })}`, {}, signal)
      if (!isTaskCounts(answer)) throw new UnavailableError('unreachable', null)
      return answer
    },
    read: (id) => sendForTask(`/${id}`, {}),
    create: (task) => sendForTask('', toJson('POST', task)),
    update: (id, changes, version) =>
      sendForTask(`/${id}`, toJson('PATCH', changes, version === null ? {} : toGuard(version))),
    remove: (id) => sendForTask(`/${id}`, { method: 'DELETE' }),
    restore: (id) => sendForTask(`/${id}/restore`, { method: 'POST' }),
    async emptyTrash(until) {
      await send(`/trash?${new URLSearchParams({ until })}`, { method: 'DELETE' })
    },
  }
}

function toJson(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}

function toGuard(version: number): Record<string, string> {
  return { 'If-Match': `"${version}"` }
}
