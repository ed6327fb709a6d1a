/** What crosses the wire: a task, what creates one, what changes one, what asks for a list. */
import { z } from '@hono/zod-openapi'
import { DEFAULT_LIMIT, MOST_TASKS, sorts } from './order.js'
import { storableText } from './text.js'

const title = storableText(500)
  .refine((value) => value.trim() !== '', 'Must not be blank.')
  .openapi({ minLength: 1, example: 'Collect the coat' })

const notes = storableText(10_000).openapi({ example: 'Ticket 212, before ten.' })

const priority = z
  .int()
  .min(0)
  .max(3)
  .openapi({ description: '0 none, 1 low, 2 medium, 3 high.', example: 2 })

const dueOn = z.iso
  .date()
  // Postgres counts from the year 1, where ISO 8601 has a year 0.
  .refine((value) => !value.startsWith('0000'), 'Must be in the year 0001 or later.')
  .nullable()
  .openapi({ description: 'A day, not a moment.', example: '2026-12-24' })

const completed = z.boolean()
const moment = z.iso.datetime().openapi({ example: '2026-11-21T09:30:00.000Z' })

/** What people set. */
const fields = { title, notes, completed, priority, dueOn }

const fieldsSchema = z.strictObject(fields)

/** The fields that people set; `fields.ts` says where each is kept. */
export type TaskFields = z.infer<typeof fieldsSchema>

/** A task as it is answered. */
export const taskSchema = z
  .strictObject({
    id: z.uuid(),
    userId: z.string().openapi({ description: 'The owner: the subject of the token.' }),
    ...fields,
    completedAt: moment.nullable(),
    createdAt: moment,
    updatedAt: moment,
    deletedAt: moment.nullable().openapi({ description: 'When it was put into the trash.' }),
    version: z.int().min(1).openapi({ description: 'Counts changes; also the ETag.', example: 1 }),
  })
  .openapi('Task')

export type Task = z.infer<typeof taskSchema>

/** The same where a field that is not sent has a value by default. */
const newFields = {
  title,
  notes: notes.default(''),
  completed: completed.default(false),
  priority: priority.default(0),
  dueOn: dueOn.default(null),
} satisfies Record<keyof TaskFields, z.ZodType>

/** What creates a task. */
export const newTaskSchema = z
  .strictObject({
    id: z
      .uuid()
      .transform((id) => id.toLowerCase())
      .optional()
      .openapi({
        type: 'string',
        format: 'uuid',
        description: 'Chosen by the client, this makes the request safe to repeat.',
      }),
    ...newFields,
  })
  .openapi('NewTask')

export type NewTask = z.infer<typeof newTaskSchema>

/** What changes a task: any of these, at least one. */
export const taskChangesSchema = fieldsSchema
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, {
    error: 'Name at least one field to change.',
    when: ({ issues }) => issues.length === 0,
  })
  .openapi('TaskChanges', { minProperties: 1 })

export type TaskChanges = z.infer<typeof taskChangesSchema>

/** What asks for a list. An empty value is the same as none. */
export const listQuerySchema = z.strictObject({
  status: optional(z.enum(['all', 'open', 'done']))
    .default('all')
    .openapi({ type: 'string', enum: ['all', 'open', 'done'], default: 'all' }),
  q: optional(storableText(200)).openapi({
    type: 'string',
    description: 'Only tasks whose title or notes contain this, in any case.',
  }),
  sort: optional(z.enum(sorts))
    .default('createdAt')
    .openapi({ type: 'string', enum: [...sorts], default: 'createdAt' }),
  order: optional(z.enum(['asc', 'desc'])).openapi({
    type: 'string',
    enum: ['asc', 'desc'],
    description:
      'Default: asc for dueOn, desc for the others. Tasks without a due date come last either way.',
  }),
  limit: optional(
    z
      .string()
      .regex(/^[1-9]\d{0,3}$/, `Must be a whole number from 1 to ${MOST_TASKS}.`)
      .transform(Number)
      .pipe(z.int().max(MOST_TASKS)),
  )
    .default(DEFAULT_LIMIT)
    .openapi({ type: 'integer', minimum: 1, maximum: MOST_TASKS, default: DEFAULT_LIMIT }),
  cursor: optional(z.string().max(500)).openapi({
    type: 'string',
    description: 'The nextCursor of the page before, with the same sort and order.',
  }),
  deleted: optional(z.enum(['true', 'false']))
    .default('false')
    .openapi({
      type: 'string',
      enum: ['true', 'false'],
      default: 'false',
      description:
        'true lists the trash, and only the trash: what was deleted in the last 30 days.',
    }),
})

export type ListQuery = z.infer<typeof listQuerySchema>

/** A page of tasks. */
export const taskListSchema = z
  .strictObject({
    tasks: z.array(taskSchema),
    nextCursor: z.string().nullable().openapi({ description: 'null on the last page.' }),
  })
  .openapi('TaskList')

export type TaskList = z.infer<typeof taskListSchema>

/** What asks how many tasks there are. */
export const countsQuerySchema = z.strictObject({
  today: optional(dueOn.unwrap()).openapi({
    type: 'string',
    format: 'date',
    description: 'The day of whoever asks. Default: today in UTC.',
  }),
})

/** How many tasks there are. */
export const taskCountsSchema = z
  .strictObject({
    open: z.int().min(0).openapi({ description: 'Tasks that are not completed.' }),
    today: z
      .int()
      .min(0)
      .openapi({ description: 'Those of them that are due today, or were before.' }),
  })
  .openapi('TaskCounts')

export type TaskCounts = z.infer<typeof taskCountsSchema>

/** What ends the trash. */
export const trashQuerySchema = z.strictObject({
  until: optional(moment).openapi({
    type: 'string',
    format: 'date-time',
    description: 'Only what was put there up to this moment. Default: all of it.',
  }),
})

/** What became of the trash. */
export const emptiedTrashSchema = z
  .strictObject({
    deleted: z.int().min(0).openapi({ description: 'Tasks that are gone for good.' }),
  })
  .openapi('EmptiedTrash')

export type EmptiedTrash = z.infer<typeof emptiedTrashSchema>

function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
}
