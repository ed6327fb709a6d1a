'use server'
// Ends sessions for the account page. Each looks for the real session itself; Next.js refuses other origins.

import { APIError } from 'better-auth/api'
import { revalidatePath } from 'next/cache'
import { endDevice, endOtherDevices } from '../../account/devices.js'
import { readPerson } from '../../account/signed-in.js'
import type { Outcome } from '../../account/use-submit.js'
import { isDatabaseFailure } from '../../auth/start-error.js'
import { accountCopy } from '../../copy/account.js'

const words = accountCopy.devices

/** Signs one device out: the one whose opaque id the form names, or all others when it names none. */
export async function signOutDevices(_: Outcome | null, form: FormData): Promise<Outcome> {
  const { user, session } = await readPerson('/account')
  const id = form.get('device')
  try {
    if (typeof id !== 'string') {
      await endOtherDevices(user.id, session.id)
      revalidatePath('/account')
      return { tone: 'good', text: words.endedAll }
    }
    const ended = await endDevice(user.id, id)
    revalidatePath('/account')
    return { tone: 'good', text: ended > 0 ? words.ended : words.endedBefore }
  } catch (error) {
    const isUnavailable = error instanceof APIError && error.statusCode === 503
    if (!isUnavailable && !isDatabaseFailure(error)) throw error
    return { tone: 'bad', text: words.failed }
  }
}
