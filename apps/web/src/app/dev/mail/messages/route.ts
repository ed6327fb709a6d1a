/** The outbox of a trial for programs: the same messages as /dev/mail, the newest first. */
import { listMail } from '../../../../auth/mail/outbox.js'
import { maySeeOutbox } from '../../../../auth/mail/outbox-access.js'
import { toProblem } from '../../../../auth/problem.js'
import { getEnv } from '../../../../auth/running.js'

export function GET(request: Request): Response {
  if (!maySeeOutbox(getEnv(), request.headers.get('host'))) return toProblem('not_found')
  return Response.json({ messages: listMail() }, { headers: { 'cache-control': 'no-store' } })
}
