'use client'
/** The devices, each with a way to sign it out; forms, so that they work before the page's scripts do. */

import { useActionState } from 'react'
import { accountCopy } from '../copy/account.js'
import { OutcomeNotice } from '../session/outcome-notice.js'
import type { Outcome } from '../session/use-submit.js'
import { Button } from '../ui/button.js'

export interface Device {
  /** Opaque: names the session, opens nothing. */
  readonly id: string
  readonly name: string
  /** `today at 14:05` */
  readonly since: string
  /** The same, for its last use; null when that was within the hour. */
  readonly used: string | null
  readonly isHere: boolean
}

export interface Devices {
  readonly devices: readonly Device[]
  /** How many are signed in, listed or not. */
  readonly count: number
}

export interface DeviceListProps {
  /** Null where they could not be read. */
  readonly signedIn: Devices | null
  signOut(last: Outcome | null, form: FormData): Promise<Outcome>
}

interface DeviceFormsProps extends Devices {
  readonly isBusy: boolean
  send(form: FormData): void
}

const words = accountCopy.devices

export function DeviceList({ signedIn, signOut }: DeviceListProps) {
  const [outcome, send, isBusy] = useActionState(signOut, null)
  return (
    <div className="space-y-4">
      <OutcomeNotice outcome={outcome} />
      {signedIn ? (
        <DeviceForms {...signedIn} isBusy={isBusy} send={send} />
      ) : (
        <p className="text-quiet">{accountCopy.page.unread}</p>
      )}
    </div>
  )
}

function DeviceForms({ devices, count, isBusy, send }: DeviceFormsProps) {
  return (
    <>
      <ul className="divide-y divide-line border-line border-y">
        {devices.map((device) => (
          <li key={device.id} className="flex min-h-16 items-center gap-4 py-2">
            <div className="min-w-0 flex-1">
              <p className="font-medium">{device.name}</p>
              <p className="text-quiet">{words.since(device.since)}</p>
              {!device.isHere && (
                <p className="text-quiet">
                  {device.used === null ? words.usedNow : words.used(device.used)}
                </p>
              )}
            </div>
            {device.isHere ? (
              <p className="text-quiet">{words.here}</p>
            ) : (
              <form action={send}>
                <input type="hidden" name="device" value={device.id} />
                <Button
                  type="submit"
                  size="small"
                  busy={isBusy}
                  aria-label={words.signOutOf(device.name, words.since(device.since))}
                >
                  {words.signOut}
                </Button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {devices.some(({ used, isHere }) => used !== null && !isHere) && (
        <p className="text-quiet">{words.exact}</p>
      )}
      {count > devices.length && <p className="text-quiet">{words.many(devices.length, count)}</p>}
      {count < 2 ? (
        <p className="text-quiet">{words.alone}</p>
      ) : (
        <form action={send}>
          <Button type="submit" busy={isBusy}>
            {words.everywhere}
          </Button>
        </form>
      )}
    </>
  )
}
