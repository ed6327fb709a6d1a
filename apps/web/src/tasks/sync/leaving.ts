/**
 * Tasks that somebody has just completed, or opened again: each stays in its place for a moment, ticked, and then
 * leaves. The change itself does not wait for that.
 */

import { createStore } from '../../ui/store.js'
import type { Task } from '../api/task.js'

export interface LeavingTask {
  readonly before: Task
  /** As it looks on its way out. */
  readonly after: Task
}

export interface Leaving {
  list(): readonly LeavingTask[]
  subscribe(listener: () => void): () => void
  add(task: LeavingTask): void
}

export interface LeavingOptions {
  /** Whether people want less motion: then nothing stays. */
  isStill(): boolean
  /** Calls `run` after `delay` milliseconds. */
  after(delay: number, run: () => void): void
}

/** Milliseconds: seen ticked, then gone. As long as the animation `leave` in styles.css. */
export const LEAVING_TIME = 340

export function createLeaving({ isStill, after }: LeavingOptions): Leaving {
  const tasks = createStore<readonly LeavingTask[]>([])
  return {
    list: tasks.get,
    subscribe: tasks.subscribe,
    add(task) {
      if (isStill()) return
      tasks.set([...tasks.get().filter(({ before }) => before.id !== task.before.id), task])
      after(LEAVING_TIME, () => tasks.set(tasks.get().filter((other) => other !== task)))
    },
  }
}
