import type { Identity } from 'claimcheck'
import { asUser } from 'claimcheck/postgres'
import type { Pool } from 'pg'

export function listNotes(pool: Pool, identity: Identity) {
  return asUser(pool, { role: 'notes_person', userId: identity.subject }, (tx) =>
    tx.query<{ id: string; text: string }>('select id, text from app.notes where user_id = $1', [
      identity.subject,
    ]),
  )
}

export function addNote(pool: Pool, identity: Identity, text: string) {
  return asUser(pool, { role: 'notes_person', userId: identity.subject }, (tx) =>
    tx.query('insert into app.notes (user_id, text) values ($1, $2)', [identity.subject, text]),
  )
}
