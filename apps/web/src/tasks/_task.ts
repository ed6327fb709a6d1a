/** A task for tests, and times that are driven by hand. */

import type { Task } from './api/task.js'

export function makeTask(values: Partial<Task> = {}): Task {
  return {
    id: '00000000-0000-4000-8000-000000000001',
    userId: 'user-1',
    title: 'Collect the coat',
    notes: '',
    completed: false,
    completedAt: null,
    priority: 0,
    dueOn: null,
    createdAt: '2026-11-20T08:00:00.000Z',
    updatedAt: '2026-11-20T08:00:00.000Z',
    deletedAt: null,
    version: 1,
    ...values,
  }
}

/** The id of the nth task. */
export function toId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

/** Lets everything that is ready to go on do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

export interface TestClock {
  now(): number
  after(delay: number, run: () => void): () => void
  /** Moves on, running what falls due. */
  advance(milliseconds: number): Promise<void>
}

export function createTestClock(): TestClock {
  let time = 0
  const timers = new Set<{ at: number; run: () => void }>()
  return {
    now: () => time,
    after(delay, run) {
      const timer = { at: time + delay, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(milliseconds) {
      time += milliseconds
      for (const timer of [...timers].toSorted((a, b) => a.at - b.at)) {
        if (timer.at > time) continue
        timers.delete(timer)
        timer.run()
      }
      await settle()
    },
  }
}
