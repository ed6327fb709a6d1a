// The task API as this server calls it for the person who sent the request: with a token minted here.

import { headers } from 'next/headers'
import { mintToken } from '../auth/mint-token.js'
import { getEnv } from '../auth/server.js'
import { createTasksApi, type TasksApi } from './api.js'

/** Null when nobody is signed in. */
export async function openServerApi(timeout: number): Promise<TasksApi | null> {
  const token = await mintToken(await headers())
  if (token === null) return null
  return createTasksApi({
    url: getEnv().apiInternalUrl,
    timeout,
    fetch: (input, init) => {
      const authorized = new Headers(init.headers)
      authorized.set('authorization', `Bearer ${token}`)
      return fetch(input, { ...init, headers: authorized, cache: 'no-store' })
    },
  })
}
