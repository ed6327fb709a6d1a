/** The task API as this server calls it for the person who sent the request: with a token minted here. */

import { traceFetch } from 'claimcheck/opentelemetry'
import { headers } from 'next/headers'
import type { Auth } from '../../auth/create-auth.js'
import { mintToken } from '../../auth/sessions/mint-token.js'
import { createTasksApi, type TasksApi } from './api.js'

export interface ServerApiOptions {
  /** Mints the token. */
  readonly auth: Auth
  /** Where this server reaches the API. */
  readonly url: string
  /** Milliseconds. */
  readonly timeout: number
}

/** With the trace of the page, where there is one; looked up anew, because Next.js puts its own fetch in place. */
const send = traceFetch((input, init) => fetch(input, init))

/** Null when nobody is signed in. */
export async function openServerApi(options: ServerApiOptions): Promise<TasksApi | null> {
  const { auth, url, timeout } = options
  const token = await mintToken(auth, await headers())
  if (token === null) return null
  return createTasksApi({
    url,
    timeout,
    fetch: (input, init) => {
      const authorized = new Headers(init.headers)
      authorized.set('authorization', `Bearer ${token}`)
      return send(input, { ...init, headers: authorized, cache: 'no-store' })
    },
  })
}
