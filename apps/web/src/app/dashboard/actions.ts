'use server'
/** What a form can do without the page's scripts: this server calls the API in the person's name. */

import { redirect } from 'next/navigation'
import { getAuth, getEnv } from '../../auth/running.js'
import { toSignIn } from '../../session/next-path.js'
import { RefusedError, UnavailableError } from '../../tasks/api/failures.js'
import { openServerApi } from '../../tasks/api/server-api.js'
import { blankFields, limits } from '../../tasks/api/task.js'
import type { AddState } from '../../tasks/quick-add/quick-add.js'

/** Milliseconds; somebody is looking at a form that does nothing meanwhile. */
const TIMEOUT = 5_000

/** Adds a task. The id comes with the form, so that sending it twice adds one. */
export async function addTask(_: AddState, form: FormData): Promise<AddState> {
  const read = (name: string) => String(form.get(name) ?? '')
  const title = read('title').trim().slice(0, limits.title)
  if (!title) return { failed: false, text: '' }
  const url = getEnv().apiInternalUrl
  const api = await openServerApi({ auth: getAuth(), url, timeout: TIMEOUT })
  if (!api) redirect(toSignIn('/dashboard'))
  try {
    const dueOn = read('dueOn') || null
    await api.create({ ...blankFields, id: read('id'), title, dueOn })
  } catch (error) {
    if (error instanceof RefusedError || error instanceof UnavailableError) {
      return { failed: explain(error), text: title }
    }
    throw error
  }
  redirect(read('path').startsWith('/dashboard?') ? read('path') : '/dashboard')
}

function explain(error: RefusedError | UnavailableError): Exclude<AddState['failed'], false> {
  if (error instanceof UnavailableError) return error.reason === 'busy' ? 'busy' : 'other'
  return error.code === 'too_many_tasks' ? 'full' : 'other'
}
