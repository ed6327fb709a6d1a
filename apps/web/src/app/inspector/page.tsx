/** The inspector: a person's own token on its way to their own rows. In a trial, and elsewhere with INSPECTOR=on. */

import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound } from 'next/navigation'
import { getAuth, getEnv } from '../../auth/running.js'
import { inspectorCopy } from '../../copy/inspector.js'
import { Inspector } from '../../inspector/inspector.js'
import { pickStranger } from '../../inspector/stranger.js'
import { ScriptNote } from '../../session/script-note.js'
import { TokensProvider } from '../../session/tokens-context.js'
import { describeMoment } from '../../time/moment.js'
import { readTimeZone, timeZoneCookie } from '../../time/time-zone.js'
import { readPerson } from '../signed-in.js'
import { endPractice, rotateKey, signFaulty, startPractice } from './actions.js'

export const metadata: Metadata = { title: inspectorCopy.title }

export default async function InspectorPage() {
  const { apiUrl, inspector, trial } = getEnv().public
  if (!inspector) notFound()
  const { user, session } = await readPerson('/inspector')
  const auth = getAuth()
  const { name, attributes } = (await auth.$context).authCookies.sessionToken
  const timeZone = readTimeZone((await cookies()).get(timeZoneCookie)?.value)
  const now = new Date()
  return (
    <TokensProvider apiUrl={apiUrl} userId={user.id}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-2">
        <h1 className="font-semibold text-28">{inspectorCopy.title}</h1>
        <a href="/dashboard" className="rounded-sm text-quiet underline underline-offset-4">
          {inspectorCopy.back}
        </a>
      </div>
      <p className="mt-2 text-quiet">{inspectorCopy.lead}</p>
      <ScriptNote>{inspectorCopy.noScript}</ScriptNote>
      <Inspector
        apiUrl={apiUrl}
        strangerId={await pickStranger(auth, user.id, trial)}
        cookie={{
          name,
          flags: toFlags(attributes),
          since: describeMoment(session.createdAt, now, timeZone),
          until: describeMoment(session.expiresAt, now, timeZone),
        }}
        signFaulty={signFaulty}
        startPractice={startPractice}
        endPractice={endPractice}
        rotateKey={rotateKey}
      />
    </TokensProvider>
  )
}

interface CookieAttributes {
  readonly httpOnly?: boolean | undefined
  readonly secure?: boolean | undefined
  readonly sameSite?: string | undefined
}

/** As a Set-Cookie header words them. */
function toFlags({ httpOnly, secure, sameSite }: CookieAttributes): string {
  return [
    httpOnly && 'HttpOnly',
    secure && 'Secure',
    sameSite && `SameSite=${sameSite.charAt(0).toUpperCase()}${sameSite.slice(1)}`,
  ]
    .filter(Boolean)
    .join('; ')
}
