/** The routes of tasks: each reads the request, asks the repository as the person of the token, and answers. */
import { createRoute, z } from '@hono/zod-openapi'
import { limitBody, readUtf8 } from '../body.js'
import type { App } from '../context.js'
import type { Database } from '../database.js'
import { ApiError } from '../errors.js'
import { problems } from '../openapi.js'
import { readIfMatch, toETag } from './etag.js'
import { createTask, findTask, listTasks, updateTask } from './repository.js'
import {
  listQuerySchema,
  newTaskSchema,
  taskChangesSchema,
  taskListSchema,
  taskSchema,
} from './schema.js'
import { restoreTask, trashTask } from './trash.js'

const ownerSchema = z.object({
  user_id: z.string().openapi({
    description:
      'The subject of the token, or `me`. Without this segment, as in `/api/tasks`, it is `me` too.',
    example: 'me',
  }),
})

/** An id that is none is a task that does not exist, so it is not checked as a field. */
const taskIdSchema = ownerSchema.extend({
  task_id: z.string().openapi({ format: 'uuid', example: '4f9d3c1e-8a52-4d0e-9f6b-2f6f3c1a7b11' }),
})

const ifMatchSchema = z.object({
  'if-match': z.string().optional().openapi({ description: 'The ETag the task was read with.' }),
})

const oneTask = {
  description: 'The task.',
  headers: z.object({ ETag: z.string().openapi({ description: 'Its version.', example: '"1"' }) }),
  content: { 'application/json': { schema: taskSchema } },
}

/** Where the routes are: the documented place, and the short one that stands for `me`. */
const places = [
  { path: '/api/{user_id}/tasks', hide: false },
  { path: '/api/tasks', hide: true },
] as const

/** Adds every task route to the app. The owner of the path has been checked by then. */
export function addTaskRoutes(app: App, database: Database): void {
  for (const { path, hide } of places) {
    addCollectionRoutes(app, database, path, hide)
    addTaskItemRoutes(app, database, path, hide)
  }
}

function addCollectionRoutes(app: App, database: Database, path: string, hide: boolean): void {
  const shared = { path, hide, tags: ['Tasks'], security: [{ bearer: [] }] }
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      summary: 'List tasks',
      request: { params: hide ? z.object({}) : ownerSchema, query: listQuerySchema },
      responses: {
        200: {
          description: 'A page of tasks.',
          content: { 'application/json': { schema: taskListSchema } },
        },
        ...problems(400, 401, 403, 422, 503),
      },
    }),
    async function listTasksHandler(c) {
      const query = c.req.valid('query')
      const page = await database.asUser(c.var.identity.subject, (tx) => listTasks(tx, query))
      return c.json(page, 200)
    },
  )
  app.openapi(
    createRoute({
      ...shared,
      method: 'post',
      summary: 'Create a task',
      middleware: [limitBody, readUtf8],
      request: {
        params: hide ? z.object({}) : ownerSchema,
        body: { required: true, content: { 'application/json': { schema: newTaskSchema } } },
      },
      responses: { 200: oneTask, ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
    }),
    async function createTaskHandler(c) {
      const input = c.req.valid('json')
      const task = await database.asUser(c.var.identity.subject, (tx) => createTask(tx, input))
      return c.json(task, 200, { ETag: toETag(task.version) })
    },
  )
}

function addTaskItemRoutes(app: App, database: Database, path: string, hide: boolean): void {
  const params = hide ? taskIdSchema.omit({ user_id: true }) : taskIdSchema
  const shared = { path: `${path}/{task_id}`, hide, tags: ['Tasks'], security: [{ bearer: [] }] }
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      summary: 'Read a task',
      request: { params },
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 503) },
    }),
    async function findTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const task = await database.asUser(c.var.identity.subject, (tx) => findTask(tx, id))
      return c.json(task, 200, { ETag: toETag(task.version) })
    },
  )
  app.openapi(
    createRoute({
      ...shared,
      method: 'patch',
      summary: 'Change a task',
      middleware: [limitBody, readUtf8],
      request: {
        params,
        headers: ifMatchSchema,
        body: { required: true, content: { 'application/json': { schema: taskChangesSchema } } },
      },
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 412, 413, 415, 422, 503) },
    }),
    async function updateTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const changes = c.req.valid('json')
      const guard = readIfMatch(c.req.header('If-Match'))
      const task = await database.asUser(c.var.identity.subject, (tx) =>
        updateTask(tx, id, changes, guard),
      )
      return c.json(task, 200, { ETag: toETag(task.version) })
    },
  )
  app.openapi(
    createRoute({
      ...shared,
      method: 'delete',
      summary: 'Put a task into the trash',
      description: 'It can be restored for 30 days. Repeating the request changes nothing.',
      request: { params, headers: ifMatchSchema },
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 412, 503) },
    }),
    async function trashTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const guard = readIfMatch(c.req.header('If-Match'))
      const task = await database.asUser(c.var.identity.subject, (tx) => trashTask(tx, id, guard))
      return c.json(task, 200, { ETag: toETag(task.version) })
    },
  )
  app.openapi(
    createRoute({
      ...shared,
      path: `${shared.path}/restore`,
      method: 'post',
      summary: 'Bring a task back from the trash',
      description: 'Repeating the request changes nothing. A body is not looked at.',
      request: { params },
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 503) },
    }),
    async function restoreTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const task = await database.asUser(c.var.identity.subject, (tx) => restoreTask(tx, id))
      return c.json(task, 200, { ETag: toETag(task.version) })
    },
  )
}

function readTaskId(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new ApiError('not_found')
  return text.toLowerCase()
}
