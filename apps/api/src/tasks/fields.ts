/**
 * The fields of a task that people set, and where Postgres keeps each. What creates, changes and compares tasks goes
 * through this table, so that a field of the schema that is forgotten here does not compile.
 */
import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { TaskTable } from '../database/database.js'
import type { Slot } from '../database/shapes.js'
import type { TaskChanges, TaskFields } from './schema.js'

interface KeptField<Value> {
  /** The column that keeps it. */
  readonly column: keyof TaskTable
  /** What a new task gets there. Default: the value. */
  readonly create?: (value: Value) => RawBuilder<Date> | null
  /** What a changed task gets there. Default: the value. */
  readonly change?: (value: Value) => RawBuilder<Date> | null
}

/** In the order in which {@link toDigest} reads them: a new field goes last. */
const fields = {
  title: { column: 'title' },
  notes: { column: 'notes' },
  completed: {
    column: 'completed_at',
    create: (completed) => (completed ? sql`now()` : null),
    // Done twice, a task was done the first time.
    change: (completed) => (completed ? sql`coalesce(completed_at, now())` : null),
  },
  priority: { column: 'priority' },
  dueOn: { column: 'due_on' },
} satisfies { readonly [Name in keyof TaskFields]: KeptField<TaskFields[Name]> }

// Object.keys gives strings; these are the keys of the table above.
const names = Object.keys(fields) as (keyof TaskFields)[]

/** The columns of the fields. */
type FieldColumn = (typeof fields)[keyof TaskFields]['column']

/** The columns that keep what people set. */
export const fieldColumns: readonly FieldColumn[] = names.map((name) => fields[name].column)

/** What the columns of a new task hold. */
export function toCreatedColumns(task: TaskFields, slot: Slot): ColumnValues {
  // Every field has its value, so every column has one.
  return toColumns(task, 'create', slot) as ColumnValues
}

/** What the columns of changed fields hold; the others are left out. */
export function toChangedColumns(changes: TaskChanges, slot: Slot): Partial<ColumnValues> {
  return toColumns(changes, 'change', slot)
}

/** Names the query that keeps these fields: any other values of them fill the same slots. */
export function toFieldsShape(values: TaskChanges): string {
  return names
    .filter((name) => values[name] !== undefined)
    .map((name) => ('create' in fields[name] ? `${name}=${values[name]}` : name))
    .join()
}

/** Tells what was sent to create a task from anything else. */
export function toDigest(task: TaskFields): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(names.map((name) => task[name])))
    .digest()
}

type ColumnValues = {
  readonly [Column in FieldColumn]: TaskTable[Column] | RawBuilder<TaskTable[Column]>
}

/** A field has its slot under its own name; what is converted is written out. */
function toColumns(
  values: TaskChanges,
  purpose: 'create' | 'change',
  slot: Slot,
): Partial<ColumnValues> {
  const columns: Partial<Record<keyof TaskTable, unknown>> = {}
  for (const name of names) {
    const value = values[name]
    if (value === undefined) continue
    const { column, [purpose]: convert }: KeptField<never> = fields[name]
    // The value stands under the name of the field, and so is of its type.
    columns[column] = convert === undefined ? slot(name) : convert(value as never)
  }
  // The table pairs each field with the column of its type.
  return columns as Partial<ColumnValues>
}
