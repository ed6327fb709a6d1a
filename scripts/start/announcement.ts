/** What is said once everything is ready. */

import { relative } from 'node:path'
import { people } from '../trial/accounts.js'
import type { Settings } from './settings.js'

/** What is announced of the settings. */
export interface Announceable extends Pick<Settings, 'dataDir'> {
  readonly web: Pick<Settings['web'], 'url'>
  readonly api: Pick<Settings['api'], 'url'>
}

export interface Announced {
  /** Whether there are ready-made accounts and an outbox. */
  readonly isTrial: boolean
  readonly hasInspector: boolean
}

export function announce(
  { web, api, dataDir }: Announceable,
  { isTrial, hasInspector }: Announced,
): string {
  const lines = ['', 'Claimcheck is ready.', '', toLine('Open', web.url)]
  if (isTrial) {
    for (const { email, password } of people) {
      lines.push(toLine('Sign in', `${email}  password ${password}`))
    }
    lines.push(toLine('Mail', `${web.url}/dev/mail`))
  }
  if (hasInspector) lines.push(toLine('Inspector', `${web.url}/inspector`))
  lines.push(toLine('API', `${api.url}/docs`))
  lines.push(toLine('Data, logs', relative(process.cwd(), dataDir) || dataDir))
  lines.push('', 'Ctrl-C stops it.')
  return lines.join('\n')
}

function toLine(label: string, value: string): string {
  return `  ${label.padEnd(12)}${value}`
}
