/** The account, one question per card. */

import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { Card } from '../../account/card.js'
import { DeviceList } from '../../account/device-list.js'
import { nameDevice } from '../../account/device-name.js'
import { listDevices } from '../../account/devices.js'
import { EmailForm } from '../../account/email-form.js'
import { EventList } from '../../account/event-list.js'
import { ExportButtons } from '../../account/export-buttons.js'
import { NameForm } from '../../account/name-form.js'
import { PasswordForm } from '../../account/password-form.js'
import { SectionLinks } from '../../account/section-links.js'
import { getAccountLog, getAuth, getEnv } from '../../auth/running.js'
import { isDatabaseFailure } from '../../auth/store/database-failure.js'
import { accountCopy } from '../../copy/account.js'
import { inspectorCopy } from '../../copy/inspector.js'
import { OutcomeNotice } from '../../session/outcome-notice.js'
import { ScriptNote } from '../../session/script-note.js'
import { TokensProvider } from '../../session/tokens-context.js'
import { describeMoment, describeUse } from '../../time/moment.js'
import { readTimeZone, timeZoneCookie } from '../../time/time-zone.js'
import { buttonLook } from '../../ui/button.js'
import { readPerson } from '../signed-in.js'
import { signOutDevices } from './actions.js'

const { page, name, email, password, devices, events, export: file, remove } = accountCopy

export const metadata: Metadata = { title: page.title }

export interface AccountPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export default async function AccountPage({ searchParams }: AccountPageProps) {
  const { user, session } = await readPerson('/account')
  const parameters = await searchParams
  const timeZone = readTimeZone((await cookies()).get(timeZoneCookie)?.value)
  const signedIn = await listDevices(getAuth(), user.id, session.id).catch(passFailure)
  const { apiUrl, trial, inspector } = getEnv().public
  const happened = await getAccountLog().list(user.id, 10).catch(passFailure)
  const now = new Date()
  return (
    <TokensProvider apiUrl={apiUrl} userId={user.id}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-2">
        <h1 className="font-semibold text-28">{page.title}</h1>
        <a href="/dashboard" className="rounded-sm text-quiet underline underline-offset-4">
          {page.back}
        </a>
      </div>
      <p className="mt-2 break-words text-quiet">{page.lead(user.email)}</p>
      <ScriptNote>{page.noScript}</ScriptNote>
      <SectionLinks
        sections={[
          { id: 'devices', title: devices.short },
          { id: 'called', title: name.short },
          { id: 'address', title: email.short },
          { id: 'password', title: password.short },
          { id: 'activity', title: events.short },
          { id: 'export', title: file.short },
          { id: 'delete', title: remove.short },
        ]}
      />
      <div className="mt-6 space-y-4">
        {parameters.email === 'changed' && (
          <OutcomeNotice
            outcome={
              parameters.error === undefined
                ? { tone: 'good', text: email.changed }
                : { tone: 'bad', text: email.bad }
            }
          />
        )}
        <Card id="devices" title={devices.title}>
          <DeviceList
            signOut={signOutDevices}
            signedIn={
              signedIn && {
                count: signedIn.count,
                devices: signedIn.shown.map(({ id, userAgent, createdAt, updatedAt }) => ({
                  id,
                  name: nameDevice(userAgent),
                  since: describeMoment(createdAt, now, timeZone),
                  used: describeUse(updatedAt, now, timeZone),
                  isHere: id === session.id,
                })),
              }
            }
          />
        </Card>
        <Card id="called" title={name.title}>
          <NameForm name={user.name} />
        </Card>
        <Card id="address" title={email.title} text={email.now(user.email)}>
          <EmailForm email={user.email} needsConfirmation={!trial || user.emailVerified} />
        </Card>
        <Card id="password" title={password.title}>
          <PasswordForm name={user.name} email={user.email} />
        </Card>
        <Card id="activity" title={events.title} text={events.text}>
          {happened ? (
            <EventList
              events={happened.map(({ kind, at, userAgent, address }) => ({
                kind,
                device: nameDevice(userAgent),
                address,
                when: describeMoment(at, now, timeZone),
              }))}
            />
          ) : (
            <p className="text-quiet">{page.unread}</p>
          )}
        </Card>
        {inspector && (
          <Card id="inspector" title={inspectorCopy.card.title} text={inspectorCopy.card.text}>
            <a href="/inspector" className={buttonLook()}>
              {inspectorCopy.card.link}
            </a>
          </Card>
        )}
        <Card id="export" title={file.title} text={file.text}>
          <ExportButtons name={user.name} email={user.email} apiUrl={apiUrl} />
        </Card>
        <Card id="delete" title={remove.title} text={remove.text}>
          <a href="/account/delete" className={buttonLook('danger')}>
            {remove.link}
          </a>
        </Card>
      </div>
    </TokensProvider>
  )
}

/**
 * A list that cannot be read just now is missing. The rest of the page is there: above all the sentence that says what
 * came of a form, with which the page is drawn anew.
 */
function passFailure(error: unknown): null {
  if (isDatabaseFailure(error)) return null
  throw error
}
