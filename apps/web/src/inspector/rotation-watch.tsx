'use client'
/** After a rotation: requests go on while the new key travels, and whatever fails is counted. */

import type { TokenClient } from 'claimcheck/client'
import { useEffect, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import type { Inspection } from '../tasks/api/wire.js'
import { toCountdown } from '../time/clock-time.js'
import { Button } from '../ui/button.js'
import { ask } from './answer.js'
import { Facts } from './hop.js'
import { readTokenParts } from './token-parts.js'

export interface RotationWatchProps {
  readonly tokens: TokenClient
  /** Origin of the task API. */
  readonly apiUrl: string
  readonly keyId: string
  /** Milliseconds from now until the key signs. */
  readonly signsIn: number
}

interface Seen {
  readonly requests: number
  readonly failed: number
  readonly isKnown: boolean
  readonly isSigning: boolean
  /** Milliseconds until the key signs. */
  readonly left: number
}

const words = inspectorCopy.experiments.rotate
/** Milliseconds between two requests, between two looks at the keys, and between two fresh tokens. */
const PAUSE = 500
const LOOK_PAUSE = 3_000
const FRESH_PAUSE = 10_000
/** Milliseconds after the key should sign, after which nobody waits for it any more. */
const PATIENCE = 120_000

export function RotationWatch({ tokens, apiUrl, keyId, signsIn }: RotationWatchProps) {
  const [isWatching, setWatching] = useState(true)
  const [seen, setSeen] = useState<Seen>({
    requests: 0,
    failed: 0,
    isKnown: false,
    isSigning: false,
    left: signsIn,
  })

  useEffect(() => {
    if (!isWatching) return
    let isOver = false
    const signsAt = performance.now() + signsIn
    let freshAt = signsAt
    let lookAt = 0

    /** A request as it is: nothing sends it again, so that what fails is seen to fail. */
    async function send(path: string, token: string): Promise<unknown> {
      const headers = { authorization: `Bearer ${token}` }
      const { status, body } = await ask(() => fetch(`${apiUrl}${path}`, { headers }))
      if (status !== 200) throw new Error(`The API answered ${status}.`)
      return body
    }

    async function look(): Promise<Partial<Seen>> {
      const now = performance.now()
      const fresh = now >= freshAt
      if (fresh) freshAt = now + FRESH_PAUSE
      const token = await tokens.getToken({ fresh })
      const isSigning = readTokenParts(token).header.kid === keyId
      if (now < lookAt) {
        await send('/api/me', token)
        return { isSigning }
      }
      lookAt = now + LOOK_PAUSE
      // The shape that the schema of the API gives this answer.
      const { keys } = (await send('/api/me/inspection', token)) as Inspection
      return { isSigning, isKnown: keys.keyIds.includes(keyId) }
    }

    async function watch(): Promise<void> {
      while (!isOver && performance.now() < signsAt + PATIENCE) {
        if (document.visibilityState === 'visible') {
          const part = await look().catch(() => null)
          if (isOver) return
          setSeen((current) => ({
            ...current,
            ...part,
            left: Math.max(0, signsAt - performance.now()),
            requests: current.requests + 1,
            failed: current.failed + (part === null ? 1 : 0),
          }))
          if (part?.isSigning) break
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE))
      }
      if (!isOver) setWatching(false)
    }

    void watch()
    return () => {
      isOver = true
    }
  }, [tokens, apiUrl, keyId, signsIn, isWatching])

  const { requests, failed, isKnown, isSigning, left } = seen
  return (
    <div className="space-y-4">
      <Facts
        facts={[
          [words.published, keyId],
          [words.known, isKnown ? words.done : words.wait],
          [words.signing, isSigning ? words.done : words.signs(toCountdown(left))],
        ]}
      />
      <p className="tabular-nums">{words.watch(requests, failed)}</p>
      {isWatching && (
        <Button size="small" onClick={() => setWatching(false)}>
          {words.stop}
        </Button>
      )}
    </div>
  )
}
