'use client'
/** Follows the person's own token through both services, and keeps looking while the page is in front. */

import { SignedOutError, type TokenClient, TokenUnavailableError } from 'claimcheck/client'
import { useCallback, useEffect, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import type { Inspection } from '../tasks/api/wire.js'
import { type Answer, ask } from './answer.js'
import { readTokenParts, type TokenParts } from './token-parts.js'

export interface SeenToken extends TokenParts {
  /** How long it took to get it, in milliseconds. */
  readonly milliseconds: number
  /** By `performance.now`: from the lifetime and this, the end is known whatever the clock says. */
  readonly endsAt: number
}

export interface PublishedKey {
  readonly kid: string
  readonly alg: string
}

/** Each part is null until it has come. */
export interface Journey {
  readonly token: SeenToken | null
  readonly keys: {
    readonly published: readonly PublishedKey[]
    readonly milliseconds: number
  } | null
  /** The first request with the token: no signature was remembered yet. */
  readonly first: Answer | null
  /** The latest request. */
  readonly latest: Answer | null
  readonly inspection: Inspection | null
  readonly tasks: Answer | null
  /** A sentence, when the journey ended early. */
  readonly failure: string | null
}

export interface FollowedJourney extends Journey {
  /** Starts over with a token that nobody has seen before. */
  restart(): void
}

const nothing: Journey = {
  token: null,
  keys: null,
  first: null,
  latest: null,
  inspection: null,
  tasks: null,
  failure: null,
}

/** Milliseconds between two looks. */
const INTERVAL = 5_000

export const tasksPath = '/api/me/tasks?status=open&limit=20'

export function useJourney(tokens: TokenClient, apiUrl: string): FollowedJourney {
  const [journey, setJourney] = useState(nothing)
  const [run, setRun] = useState(0)

  useEffect(() => {
    let isOver = false
    let text = ''
    const add = (part: Partial<Journey>) => {
      if (!isOver) setJourney((current) => ({ ...current, ...part }))
    }

    async function takeToken(fresh: boolean): Promise<void> {
      const began = performance.now()
      const token = await tokens.getToken({ fresh })
      if (token === text) return
      text = token
      add({ token: toSeen(token, began) })
    }

    async function inspect(): Promise<Answer> {
      const answer = await ask(() => tokens.fetch(`${apiUrl}/api/me/inspection`))
      if (answer.status !== 200) throw new RefusedByApi(answer)
      // The API's own words about itself, in the shape that its document gives them.
      add({ latest: answer, inspection: answer.body as Inspection, failure: null })
      return answer
    }

    async function travel(): Promise<void> {
      await takeToken(run > 0)
      add({ first: await inspect() })
      add({ keys: await fetchKeys() })
      await inspect()
      const tasks = await ask(() => tokens.fetch(`${apiUrl}${tasksPath}`))
      if (tasks.status !== 200) throw new RefusedByApi(tasks)
      add({ tasks })
    }

    async function lookAgain(): Promise<void> {
      if (document.visibilityState !== 'visible') return
      await takeToken(false)
      add({ keys: await fetchKeys() })
      await inspect()
    }

    /** One look at a time, however long one takes. */
    async function keepLooking(): Promise<void> {
      while (!isOver) {
        await new Promise((resolve) => setTimeout(resolve, INTERVAL))
        if (!isOver) await lookAgain().catch(fail)
      }
    }

    const fail = (error: unknown) => add({ failure: describeFailure(error) })
    setJourney(nothing)
    travel().then(keepLooking).catch(fail)
    return () => {
      isOver = true
    }
  }, [tokens, apiUrl, run])

  const restart = useCallback(() => setRun((count) => count + 1), [])
  return { ...journey, restart }
}

/** An answer that ends the journey early. */
class RefusedByApi extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    super(`The API answered ${answer.status}.`)
    this.answer = answer
  }
}

function toSeen(token: string, began: number): SeenToken {
  const parts = readTokenParts(token)
  const receivedAt = performance.now()
  const lifetime = Number(parts.claims.exp) - Number(parts.claims.iat)
  return { ...parts, milliseconds: receivedAt - began, endsAt: receivedAt + lifetime * 1000 }
}

/** The site could not be asked for its keys. */
class SiteUnreachable extends Error {}

async function fetchKeys(): Promise<Journey['keys']> {
  const { status, body, milliseconds } = await ask(() =>
    fetch('/api/auth/jwks', { cache: 'no-store' }),
  ).catch((cause: unknown) => {
    throw new SiteUnreachable('No answer', { cause })
  })
  const keys: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'keys') : null
  if (status !== 200 || !Array.isArray(keys)) throw new SiteUnreachable('No keys')
  const published = keys.map((key) => ({ kid: String(key.kid), alg: String(key.alg) }))
  return { published, milliseconds }
}

/** Null for somebody who is signed out: the page is left then. Rethrows what is no way to fail. */
function describeFailure(error: unknown): string | null {
  const words = inspectorCopy.failure
  if (error instanceof SignedOutError) return null
  if (error instanceof TokenUnavailableError) return words.token
  if (error instanceof SiteUnreachable) return words.site
  if (error instanceof RefusedByApi) {
    if (error.answer.status === 404) return words.off
    return words.refused(error.answer.status, error.answer.code ?? '')
  }
  // What fetch says when there was no answer.
  if (error instanceof TypeError) return words.api
  throw error
}
