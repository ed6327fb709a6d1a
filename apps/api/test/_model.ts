/** What the task table should do, kept in memory: one shelf of tasks for each person. */
import fc from 'fast-check'
import { sql } from 'kysely'
import type { TasksTransaction } from '../src/database/database.js'
import { ApiError } from '../src/errors.js'
import { countTasks } from '../src/tasks/counts.js'
import { createTask, findTask, updateTask } from '../src/tasks/repository.js'
import type { Task } from '../src/tasks/schema.js'
import { emptyTrash, restoreTask, sweepOwnTrash, trashTask } from '../src/tasks/trash.js'

/** What somebody does; ids are few and shared by everybody, so that people run into each other. */
export interface Action {
  readonly name: keyof typeof actions
  readonly id: string
  readonly title: string
}

/** The part of a task that a model can foretell. */
export interface Foretold {
  readonly title: string
  readonly completed: boolean
  readonly version: number
  readonly trashed: boolean
}

interface Kept extends Foretold {
  /** The title it was created with. */
  readonly creation: string
  /** It left the trash. */
  readonly expired: boolean
}

/** One person's tasks by id. */
export type Shelf = Map<string, Kept>

type Outcome = Foretold | ApiError['code'] | 'nothing' | number

const ids = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`)

/** Something that one person may do. */
export const anyAction: fc.Arbitrary<Action> = fc.record({
  name: fc.constantFrom(
    'create' as const,
    'create' as const,
    'find' as const,
    'rename' as const,
    'complete' as const,
    'trash' as const,
    'restore' as const,
    'expire' as const,
    'sweep' as const,
    'empty' as const,
    'count' as const,
    'giveUp' as const,
    'stumble' as const,
  ),
  id: fc.constantFrom(...ids),
  title: fc.constantFrom('A', 'B'),
})

/** Does it in the database, and tells what came of it. */
export async function act(tx: TasksTransaction, action: Action): Promise<Outcome> {
  return await actions[action.name].really(tx, action)
}

/** Does it to the model. */
export function foretell(shelf: Shelf, action: Action): Outcome {
  const kept = shelf.get(action.id)
  const there = kept === undefined || kept.expired ? undefined : kept
  return actions[action.name].foretold(shelf, action, there)
}

/** What of a shelf is alive, or in the trash. */
export function listShelf(shelf: Shelf, trashed: boolean): Record<string, Foretold> {
  return Object.fromEntries(
    [...shelf]
      .filter(([, kept]) => !kept.expired && kept.trashed === trashed)
      .map(([id, kept]) => [id, toForetold(kept)]),
  )
}

export function summarize({ title, completed, version, deletedAt }: Task): Foretold {
  return { title, completed, version, trashed: deletedAt !== null }
}

const actions = {
  create: {
    really: async (tx: TasksTransaction, { id, title }: Action) =>
      summarize(
        await createTask(tx, { id, title, notes: '', completed: false, priority: 0, dueOn: null }),
      ),
    foretold: (shelf: Shelf, { id, title }: Action, there: Kept | undefined): Outcome => {
      if (there !== undefined) return there.creation === title ? toForetold(there) : 'conflict'
      const fresh = { title, completed: false, version: 1, trashed: false }
      shelf.set(id, { ...fresh, creation: title, expired: false })
      return fresh
    },
  },
  find: {
    really: async (tx: TasksTransaction, { id }: Action) => summarize(await findTask(tx, id)),
    foretold: (_: Shelf, __: Action, there: Kept | undefined): Outcome =>
      there === undefined || there.trashed ? 'not_found' : toForetold(there),
  },
  rename: {
    really: async (tx: TasksTransaction, { id, title }: Action) =>
      summarize(await updateTask(tx, id, { title }, undefined)),
    foretold: (shelf: Shelf, { id, title }: Action, there: Kept | undefined): Outcome =>
      there === undefined || there.trashed ? 'not_found' : change(shelf, id, there, { title }),
  },
  complete: {
    really: async (tx: TasksTransaction, { id }: Action) =>
      summarize(await updateTask(tx, id, { completed: true }, undefined)),
    foretold: (shelf: Shelf, { id }: Action, there: Kept | undefined): Outcome =>
      there === undefined || there.trashed
        ? 'not_found'
        : change(shelf, id, there, { completed: true }),
  },
  trash: {
    really: async (tx: TasksTransaction, { id }: Action) =>
      summarize(await trashTask(tx, id, undefined)),
    foretold: (shelf: Shelf, { id }: Action, there: Kept | undefined): Outcome => {
      if (there === undefined) return 'not_found'
      return there.trashed ? toForetold(there) : change(shelf, id, there, { trashed: true })
    },
  },
  restore: {
    really: async (tx: TasksTransaction, { id }: Action) => summarize(await restoreTask(tx, id)),
    foretold: (shelf: Shelf, { id }: Action, there: Kept | undefined): Outcome => {
      if (there === undefined) return 'not_found'
      return there.trashed ? change(shelf, id, there, { trashed: false }) : toForetold(there)
    },
  },
  /** Thirty-one days pass for one task in the trash. */
  expire: {
    really: async (tx: TasksTransaction, { id }: Action) => {
      await tx
        .updateTable('claimcheck_tasks.tasks')
        .set({ deleted_at: sql<Date>`now() - interval '31 days'` })
        .where('user_id', '=', tx.userId)
        .where('id', '=', id)
        .where('deleted_at', 'is not', null)
        .execute()
      return 'nothing' as const
    },
    foretold: (shelf: Shelf, { id }: Action, there: Kept | undefined): Outcome => {
      if (there?.trashed) shelf.set(id, { ...there, expired: true })
      return 'nothing'
    },
  },
  sweep: {
    really: async (tx: TasksTransaction) => {
      await sweepOwnTrash(tx)
      return 'nothing' as const
    },
    foretold: (shelf: Shelf): Outcome => {
      for (const [id, kept] of shelf) if (kept.expired) shelf.delete(id)
      return 'nothing'
    },
  },
  empty: {
    really: async (tx: TasksTransaction): Promise<Outcome> => (await emptyTrash(tx)).deleted,
    foretold: (shelf: Shelf): Outcome => {
      const trashed = [...shelf].filter(([, kept]) => kept.trashed)
      for (const [id] of trashed) shelf.delete(id)
      return trashed.filter(([, kept]) => !kept.expired).length
    },
  },
  count: {
    really: async (tx: TasksTransaction): Promise<Outcome> =>
      (await countTasks(tx, '2026-11-21')).open,
    foretold: (shelf: Shelf): Outcome =>
      [...shelf.values()].filter(({ trashed, completed }) => !trashed && !completed).length,
  },
  /** Writes, and then fails for a reason of its own: nothing may stay. */
  giveUp: {
    really: async (tx: TasksTransaction, { id }: Action): Promise<Outcome> => {
      await tx
        .updateTable('claimcheck_tasks.tasks')
        .set({ title: 'given up' })
        .where('user_id', '=', tx.userId)
        .where('id', '=', id)
        .execute()
      throw new ApiError('internal_error')
    },
    foretold: (): Outcome => 'internal_error',
  },
  /** Writes, and then meets an error of Postgres: nothing may stay. */
  stumble: {
    really: async (tx: TasksTransaction, { id }: Action): Promise<Outcome> => {
      await tx
        .deleteFrom('claimcheck_tasks.tasks')
        .where('user_id', '=', tx.userId)
        .where('id', '=', id)
        .execute()
      try {
        await sql`select 1 / 0`.execute(tx)
      } catch (cause) {
        throw new ApiError('internal_error', { cause })
      }
      return 'nothing'
    },
    foretold: (): Outcome => 'internal_error',
  },
} as const

function change(shelf: Shelf, id: string, kept: Kept, changes: Partial<Foretold>): Foretold {
  const changed = { ...kept, ...changes, version: kept.version + 1 }
  shelf.set(id, changed)
  return toForetold(changed)
}

function toForetold({ title, completed, version, trashed }: Kept): Foretold {
  return { title, completed, version, trashed }
}
