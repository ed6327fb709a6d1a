/** A list with whatever makes a row hard to draw. */

import type { BrowserContext } from '@playwright/test'
import { alice } from '../trial/tasks.js'
import { type Addresses, callApi } from './stage.js'

const hard = [
  {
    title: 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(4),
    priority: 3,
    notes: 'One word.',
  },
  {
    title: `${'A long title goes on over several lines, and what stands beside it stays at the first of them. '.repeat(2)}`,
    priority: 1,
    dueOn: '2031-01-05',
    notes: 'With notes',
  },
  { title: 'اتصل بمارتا بشأن القطار', notes: 'مقعد بجانب النافذة', dueOn: '2031-03-01' },
] as const

/** Gives whoever the context is signed in as the tasks of Alice, and some that are hard to draw. */
export async function fillList(stage: Addresses, context: BrowserContext): Promise<void> {
  for (const { id: _, ...task } of [...alice.tasks(new Date()), ...hard.map(toTask)]) {
    await callApi(stage, context, 'POST', '/api/me/tasks', task)
  }
  const { id } = await callApi(stage, context, 'POST', '/api/me/tasks', { title: 'Thrown away' })
  await callApi(stage, context, 'DELETE', `/api/me/tasks/${id}`)
}

function toTask(task: (typeof hard)[number]) {
  return { id: '', ...task }
}
