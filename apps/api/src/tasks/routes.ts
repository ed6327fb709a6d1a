/** The routes of tasks: each reads the request, asks the repository as the person of the token, and answers. */
import { createRoute, type RouteConfigToTypedResponse, z } from '@hono/zod-openapi'
import type { Database, TasksTransaction } from '../database/database.js'
import { readCode } from '../database/unavailable.js'
import { ApiError } from '../errors.js'
import { answerJson } from '../http/answer.js'
import { limitBody, readUtf8 } from '../http/body.js'
import { type App, readIdentity } from '../http/context.js'
import { problems } from '../http/openapi.js'
import { readIfMatch, toETag } from './etag.js'
import { readListQuery } from './list-query.js'
import { addOverviewRoutes } from './overview-routes.js'
import { ownerSchema, type Place, places, toCollectionParams } from './places.js'
import {
  createTask,
  findTask,
  listTasks,
  readPage,
  tryCreateTask,
  tryUpdateTask,
  updateTask,
} from './repository.js'
import {
  type ListQuery,
  listQuerySchema,
  newTaskSchema,
  type Task,
  type TaskList,
  taskChangesSchema,
  taskListSchema,
  taskSchema,
} from './schema.js'
import { createSearchTurns, type SearchTurns } from './search-turns.js'
import { restoreTask, trashTask } from './trash.js'

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

/** Milliseconds one statement of a search may take. */
const SEARCH_MS = 150

/** Adds every task route to the app. The owner of the path has been checked by then. */
export function addTaskRoutes(app: App, database: Database): void {
  const turns = createSearchTurns()
  for (const place of places) {
    addCollectionRoutes(app, database, turns, place)
    // Before those of one task, whose id would be `counts` or `trash`.
    addOverviewRoutes(app, database, place)
    addTaskItemRoutes(app, database, place)
  }
}

function addCollectionRoutes(app: App, database: Database, turns: SearchTurns, place: Place): void {
  const { path, hide } = place
  const told = { path, tags: ['Tasks'], security: [{ bearer: [] }] }
  const shared = { ...told, hide }
  const listRoute = createRoute({
    ...told,
    method: 'get',
    summary: 'List tasks',
    request: { params: toCollectionParams(place), query: listQuerySchema },
    responses: {
      200: {
        description:
          'A page of tasks. That of a search may hold fewer than asked for, and have a next one all the same.',
        content: { 'application/json': { schema: taskListSchema } },
      },
      ...problems(400, 401, 403, 422, 429, 503),
    },
  })
  // Most of what is asked is this, and the validators of Hono would read all headers and wait twice for each.
  if (!hide) app.openAPIRegistry.registerPath(listRoute)
  app.get(listRoute.getRoutingPath(), async function listTasksHandler(c): Promise<
    RouteConfigToTypedResponse<typeof listRoute>
  > {
    const query = readListQuery(c.req)
    const { subject } = readIdentity(c)
    const page =
      query.q === undefined
        ? await database.asUser(subject, (tx) => readPage(tx, query), { isSingle: true })
        : await turns.run(subject, () => searchTasks(database, subject, query))
    return answerJson(c, page, 200)
  })
  app.openapi(
    createRoute({
      ...shared,
      method: 'post',
      summary: 'Create a task',
      middleware: [limitBody, readUtf8],
      request: {
        params: toCollectionParams(place),
        body: { required: true, content: { 'application/json': { schema: newTaskSchema } } },
      },
      responses: { 200: oneTask, ...problems(400, 401, 403, 409, 413, 415, 422, 429, 503) },
    }),
    async function createTaskHandler(c) {
      const input = c.req.valid('json')
      const task = await writeOnce(
        database,
        readIdentity(c).subject,
        (tx) => tryCreateTask(tx, input),
        (tx) => createTask(tx, input),
      )
      return answerJson(c, task, 200, { etag: toETag(task.version) })
    },
  )
}

function addTaskItemRoutes(app: App, database: Database, { path, hide }: Place): void {
  const params = hide ? taskIdSchema.omit({ user_id: true }) : taskIdSchema
  const shared = { path: `${path}/{task_id}`, hide, tags: ['Tasks'], security: [{ bearer: [] }] }
  app.openapi(
    createRoute({
      ...shared,
      method: 'get',
      summary: 'Read a task',
      request: { params },
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 429, 503) },
    }),
    async function findTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const { subject } = readIdentity(c)
      const task = await database.asUser(subject, (tx) => findTask(tx, id), { isSingle: true })
      return answerJson(c, task, 200, { etag: toETag(task.version) })
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
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 412, 413, 415, 422, 429, 503) },
    }),
    async function updateTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const changes = c.req.valid('json')
      const guard = readIfMatch(c.req.header('If-Match'))
      const task = await writeOnce(
        database,
        readIdentity(c).subject,
        (tx) => tryUpdateTask(tx, id, changes, guard),
        (tx) => updateTask(tx, id, changes, guard),
      )
      return answerJson(c, task, 200, { etag: toETag(task.version) })
    },
  )
  app.openapi(
    createRoute({
      ...shared,
      method: 'delete',
      summary: 'Put a task into the trash',
      description: 'It can be restored for 30 days. Repeating the request changes nothing.',
      request: { params, headers: ifMatchSchema },
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 412, 429, 503) },
    }),
    async function trashTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const guard = readIfMatch(c.req.header('If-Match'))
      const task = await database.asUser(readIdentity(c).subject, (tx) => trashTask(tx, id, guard))
      return answerJson(c, task, 200, { etag: toETag(task.version) })
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
      responses: { 200: oneTask, ...problems(400, 401, 403, 404, 429, 503) },
    }),
    async function restoreTaskHandler(c) {
      const id = readTaskId(c.req.valid('param').task_id)
      const task = await database.asUser(readIdentity(c).subject, (tx) => restoreTask(tx, id))
      return answerJson(c, task, 200, { etag: toETag(task.version) })
    },
  )
}

/** One round trip for what one statement can do; where it cannot, all of it in a transaction of its own. */
async function writeOnce(
  database: Database,
  userId: string,
  attempt: (tx: TasksTransaction) => Promise<Task | undefined>,
  whole: (tx: TasksTransaction) => Promise<Task>,
): Promise<Task> {
  const written = await database.asUser(userId, attempt, { isSingle: true })
  return written ?? (await database.asUser(userId, whole))
}

/**
 * A search that takes too long is done once more, less far: it is for the list to be long, not for its owner to wait.
 */
async function searchTasks(
  database: Database,
  userId: string,
  query: ListQuery,
): Promise<TaskList> {
  const search = (share: number) =>
    database.asUser(userId, (tx) => listTasks(tx, query, share), { statementMs: SEARCH_MS })
  try {
    return await search(1)
  } catch (error) {
    if (!isTimeout(error)) throw error
  }
  try {
    return await search(1 / 8)
  } catch (error) {
    throw isTimeout(error) ? new ApiError('overloaded', { cause: error }) : error
  }
}

/** 57014 is what Postgres calls a statement that it ended. */
function isTimeout(error: unknown): boolean {
  return error instanceof ApiError && readCode(error.cause) === '57014'
}

function readTaskId(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new ApiError('not_found')
  return text.toLowerCase()
}
