/**
 * What one tab has learned from the API the other tabs of this browser learn at once, without
 * asking.
 */

import type { Task } from '../api/task.js'
import { isTask } from '../api/task-shape.js'

export interface TabMessages {
  /** Tells the other tabs of a task as the API has it now. */
  tell(task: Task): void
  /** Listens to them; gives back how to stop. */
  listen(listener: (task: Task) => void): () => void
}

/** @param userId Names the person: a tab of somebody else hears nothing. */
export function createTabMessages(userId: string): TabMessages {
  let channel: BroadcastChannel | null = null

  return {
    tell(task) {
      channel?.postMessage(task)
    },
    listen(listener) {
      if (typeof BroadcastChannel === 'undefined') return () => {}
      const opened = new BroadcastChannel(`claimcheck.tasks.${userId}`)
      channel = opened
      opened.onmessage = ({ data }: MessageEvent<unknown>) => {
        // The other tab may be an older or a newer page than this one.
        if (isTask(data) && data.userId === userId) listener(data)
      }
      return () => {
        opened.close()
        channel = null
      }
    },
  }
}
