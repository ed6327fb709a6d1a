/** The routes that speak of all tasks of a person at once: how many there are, and the end of the trash. */
import { createRoute } from '@hono/zod-openapi'
import type { Database } from '../database/database.js'
import { answerJson } from '../http/answer.js'
import { type App, readIdentity } from '../http/context.js'
import { problems } from '../http/openapi.js'
import { countTasks } from './counts.js'
import { type Place, toCollectionParams } from './places.js'
import {
  countsQuerySchema,
  emptiedTrashSchema,
  taskCountsSchema,
  trashQuerySchema,
} from './schema.js'
import { emptyTrash } from './trash.js'

export function addOverviewRoutes(app: App, database: Database, place: Place): void {
  const { path, hide } = place
  const shared = { hide, tags: ['Tasks'], security: [{ bearer: [] }] }
  const refusals = problems(400, 401, 403, 422, 429, 503)
  app.openapi(
    createRoute({
      ...shared,
      path: `${path}/counts`,
      method: 'get',
      summary: 'Count the open tasks',
      request: { params: toCollectionParams(place), query: countsQuerySchema },
      responses: {
        200: {
          description: 'How many there are.',
          content: { 'application/json': { schema: taskCountsSchema } },
        },
        ...refusals,
      },
    }),
    async function countTasksHandler(c) {
      const { today = new Date().toISOString().slice(0, 10) } = c.req.valid('query')
      const { subject } = readIdentity(c)
      const counts = await database.asUser(subject, (tx) => countTasks(tx, today), {
        isSingle: true,
      })
      return answerJson(c, counts, 200)
    },
  )
  app.openapi(
    createRoute({
      ...shared,
      path: `${path}/trash`,
      method: 'delete',
      summary: 'Empty the trash',
      description: 'What it deletes cannot be restored. Repeating the request changes nothing.',
      request: { params: toCollectionParams(place), query: trashQuerySchema },
      responses: {
        200: {
          description: 'What was deleted.',
          content: { 'application/json': { schema: emptiedTrashSchema } },
        },
        ...refusals,
      },
    }),
    async function emptyTrashHandler(c) {
      const { until } = c.req.valid('query')
      const { subject } = readIdentity(c)
      const emptied = await database.asUser(subject, (tx) => emptyTrash(tx, until))
      return answerJson(c, emptied, 200)
    },
  )
}
