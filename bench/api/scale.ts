/**
 * A page read through asUser while the table grows: from 1 000 tasks of 10 people to 1 000 000 of 100 000. The bare
 * query on a small table runs in turns with it, so that what the machine does meanwhile is taken out.
 */

import { printBars } from '../table.js'
import { median } from './rounds.js'
import { type Stage, setStage } from './stage.js'

const ROUNDS = 7
const TURN_MS = 1000
const FEW_PEOPLE = 10
const MANY_PEOPLE = 100_000
const MANY_TASKS = 1_000_000

export async function benchScale(): Promise<boolean> {
  const stage = await setStage({ people: FEW_PEOPLE, tasksEach: 100 })
  try {
    const small = await measure(stage)
    await grow(stage)
    const large = await measure(stage)
    console.log('\nA page through asUser, and the bare query on a small table beside it')
    console.log(`  1 000 tasks, 10 people          ${toLine(small)}`)
    console.log(`  1 000 000 tasks, 100 000 people ${toLine(large)}`)
    return printBars('Bars', [
      {
        name: 'a page of the large table against one of the small',
        measured: large.asUser / large.bare / (small.asUser / small.bare),
        asked: 0.8,
      },
    ])
  } finally {
    await stage.stop()
  }
}

async function measure(stage: Stage): Promise<{ bare: number; asUser: number }> {
  const bare: number[] = []
  const asUser: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const turn = await stage.measureQueries(TURN_MS)
    // The first round only warms up.
    if (round === 0) continue
    bare.push(turn.bare)
    asUser.push(turn.asUser)
  }
  return { bare: median(bare), asUser: median(asUser) }
}

/** Gives a hundred thousand other people ten tasks each. The fence is down for the owner meanwhile. */
async function grow({ owner }: Stage): Promise<void> {
  await owner.query('alter table claimcheck_tasks.tasks no force row level security')
  await owner.query(
    `insert into claimcheck_tasks.accounts (user_id)
     select 'person-' || n from generate_series(1, $1::int) n`,
    [MANY_PEOPLE - FEW_PEOPLE],
  )
  await owner.query(
    `insert into claimcheck_tasks.tasks (user_id, id, title, notes, priority, created_at, creation)
     select 'person-' || 1 + n % $1, gen_random_uuid(), 'Collect the coat, number ' || n,
       'Ticket ' || n || ', before ten.', n % 4, now() - n * interval '1 second', ''
     from generate_series(1, $2::int) n`,
    [MANY_PEOPLE - FEW_PEOPLE, MANY_TASKS],
  )
  await owner.query('alter table claimcheck_tasks.tasks force row level security')
  await owner.query('vacuum analyze claimcheck_tasks.tasks')
}

function toLine({ bare, asUser }: { bare: number; asUser: number }): string {
  return `${Math.round(asUser)} /s, bare ${Math.round(bare)} /s`
}
