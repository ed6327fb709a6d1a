/**
 * What one tab has learned from the API the other tabs of this browser learn at once, without
 * asking.
 */

import type { Task } from '../api/task.js'
import { isMoment, isTask, isTaskCounts, readField } from '../api/task-shape.js'
import type { KnownCounts } from './counts.js'

export type TabMessage =
  /** A task as the API has it now. */
  | { readonly kind: 'task'; readonly task: Task }
  /** How many there are, for a day. */
  | ({ readonly kind: 'counts'; readonly today: string } & KnownCounts)
  /** What was in the trash up to a moment is gone for good. */
  | { readonly kind: 'emptied'; readonly until: string }

export interface TabMessages {
  /** Tells the other tabs. */
  tell(message: TabMessage): void
  /** Listens to them; gives back how to stop. */
  listen(listener: (message: TabMessage) => void): () => void
}

/** @param userId Names the person: a tab of somebody else hears nothing. */
export function createTabMessages(userId: string): TabMessages {
  let channel: BroadcastChannel | null = null

  return {
    tell(message) {
      channel?.postMessage(message)
    },
    listen(listener) {
      if (typeof BroadcastChannel === 'undefined') return () => {}
      const opened = new BroadcastChannel(`claimcheck.tasks.${userId}`)
      channel = opened
      opened.onmessage = ({ data }: MessageEvent<unknown>) => {
        // The other tab may be an older or a newer page than this one.
        if (isMessage(data, userId)) listener(data)
      }
      return () => {
        opened.close()
        channel = null
      }
    },
  }
}

function isMessage(value: unknown, userId: string): value is TabMessage {
  switch (readField(value, 'kind')) {
    case 'task': {
      const task = readField(value, 'task')
      return isTask(task) && task.userId === userId
    }
    case 'counts':
      return (
        typeof readField(value, 'today') === 'string' &&
        typeof readField(value, 'askedAt') === 'number' &&
        isTaskCounts(readField(value, 'counts'))
      )
    case 'emptied':
      return isMoment(readField(value, 'until'))
    default:
      return false
  }
}
