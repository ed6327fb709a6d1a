// The account, one question per card.

import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { Card } from '../../account/card.js'
import { DeviceList } from '../../account/device-list.js'
import { nameDevice } from '../../account/device-name.js'
import { listDevices } from '../../account/devices.js'
import { EmailForm } from '../../account/email-form.js'
import { ExportButtons } from '../../account/export-buttons.js'
import { describeMoment, describeUse } from '../../account/moment.js'
import { NameForm } from '../../account/name-form.js'
import { OutcomeNotice } from '../../account/outcome-notice.js'
import { PasswordForm } from '../../account/password-form.js'
import { readPerson } from '../../account/signed-in.js'
import { TokensProvider } from '../../account/tokens-context.js'
import { getEnv } from '../../auth/server.js'
import { accountCopy } from '../../copy/account.js'
import { inspectorCopy } from '../../copy/inspector.js'
import { buttonLook } from '../../ui/button.js'
import { readTimeZone, timeZoneCookie } from '../../ui/time-zone.js'
import { signOutDevices } from './actions.js'

const { page, name, email, password, devices, export: file, remove } = accountCopy

export const metadata: Metadata = { title: page.title }

export interface AccountPageProps {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>
}

export default async function AccountPage({ searchParams }: AccountPageProps) {
  const { user, session } = await readPerson('/account')
  const parameters = await searchParams
  const timeZone = readTimeZone((await cookies()).get(timeZoneCookie)?.value)
  const { shown, count } = await listDevices(user.id, session.id)
  const { apiUrl, trial, inspector } = getEnv().public
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
      <div className="mt-8 space-y-4">
        {parameters.email === 'changed' && (
          <OutcomeNotice
            outcome={
              parameters.error === undefined
                ? { tone: 'good', text: email.changed }
                : { tone: 'bad', text: email.bad }
            }
          />
        )}
        <Card id="name-card" title={name.title}>
          <NameForm name={user.name} />
        </Card>
        <Card id="email-card" title={email.title} text={email.now(user.email)}>
          <EmailForm email={user.email} needsConfirmation={!trial || user.emailVerified} />
        </Card>
        <Card id="password-card" title={password.title}>
          <PasswordForm name={user.name} email={user.email} />
        </Card>
        <Card id="devices" title={devices.title}>
          <DeviceList
            count={count}
            signOut={signOutDevices}
            devices={shown.map(({ id, userAgent, createdAt, updatedAt }) => ({
              id,
              name: nameDevice(userAgent),
              since: describeMoment(createdAt, now, timeZone),
              used: describeUse(updatedAt, now, timeZone),
              isHere: id === session.id,
            }))}
          />
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
