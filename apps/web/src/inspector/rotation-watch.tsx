'use client'
// After a rotation: requests go on while the new key travels, and whatever fails is counted.

import type { TokenClient } from 'claimcheck/client'
import { useEffect, useState } from 'react'
import { inspectorCopy } from '../copy/inspector.js'
import { Button } from '../ui/button.js'
import { ask } from './answer.js'
import { Facts } from './hop.js'
import type { Inspection } from './inspection.js'
import { toCountdown } from './moments.js'
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
/** Milliseconds between two requests, and between two looks whether a fresh token has the new key. */
const pause = 500
const freshPause = 10_000

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

    async function look(): Promise<Partial<Seen>> {
      const now = performance.now()
      const fresh = now >= freshAt
      if (fresh) freshAt = now + freshPause
      const token = await tokens.getToken({ fresh })
      const { status, body } = await ask(() => tokens.fetch(`${apiUrl}/api/me/inspection`))
      if (status !== 200) throw new Error(`The API answered ${status}.`)
      return {
        isKnown: (body as Inspection).keys.keyIds.includes(keyId),
        isSigning: readTokenParts(token).header.kid === keyId,
      }
    }

    async function watch(): Promise<void> {
      while (!isOver) {
        const part = await look().catch(() => null)
        const left = Math.max(0, signsAt - performance.now())
        if (isOver) return
        setSeen((current) => ({
          ...current,
          ...part,
          left,
          requests: current.requests + 1,
          failed: current.failed + (part === null ? 1 : 0),
        }))
        if (part?.isSigning) return setWatching(false)
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
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
