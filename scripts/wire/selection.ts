/** What the web app needs to know of the API's wire, and where the two documents are. */

import { fileURLToPath } from 'node:url'
import type { WireSelection } from './wire-types.js'

export const documentFile = fileURLToPath(new URL('../../apps/api/openapi.json', import.meta.url))

export const wireFile = fileURLToPath(
  new URL('../../apps/web/src/tasks/api/wire.ts', import.meta.url),
)

export const selection: WireSelection = {
  schemas: ['Inspection', 'NewTask', 'Problem', 'Task', 'TaskChanges', 'TaskCounts', 'TaskList'],
  lengths: { longest: 'TaskChanges' },
  queries: { ListParameters: '/api/{user_id}/tasks' },
}
