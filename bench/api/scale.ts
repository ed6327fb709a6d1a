/**
 * A page read through asUser while the table grows: from 1 000 tasks of 10 people to 1 000 000 of 100 000. The small
 * table stays beside the large one, under the same policies, and the two are read in turns within one run.
 */
import { printBars } from '../table.js'
import { median, toSpread } from './rounds.js'
import { type Stage, setStage } from './stage.js'

const ROUNDS = 7
const TURN_MS = 1000
const SMALL = 'bench_small.tasks'
const LARGE = 'claimcheck_tasks.tasks'
const FEW_PEOPLE = 10
const MANY_PEOPLE = 100_000
const MANY_TASKS = 1_000_000

export async function benchScale(): Promise<boolean> {
  const stage = await setStage({ people: FEW_PEOPLE, tasksEach: 100 })
  try {
    await keepSmall(stage)
    await grow(stage)
    const small: number[] = []
    const large: number[] = []
    for (let round = 0; round <= ROUNDS; round += 1) {
      // Each round begins with another, so that neither always comes after the same one.
      for (const table of round % 2 === 0 ? [SMALL, LARGE] : [LARGE, SMALL]) {
        const { asUser } = await stage.measureQueries(TURN_MS, table)
        // The first round only warms up.
        if (round > 0) (table === SMALL ? small : large).push(asUser)
      }
    }
    console.log('\nA page through asUser, medians of rounds in turns')
    console.log(`  1 000 tasks, 10 people          ${toLine(small)}`)
    console.log(`  1 000 000 tasks, 100 000 people ${toLine(large)}`)
    return printBars('Bars', [
      {
        name: 'a page of the large table against one of the small',
        measured: median(large) / median(small),
        asked: 0.8,
      },
    ])
  } finally {
    await stage.stop()
  }
}

/** A copy of the table as it is now: the same indexes, the same policies, the same rights. */
async function keepSmall({ owner }: Stage): Promise<void> {
  const { rows: policies } = await owner.query<{ policyname: string; role: string; qual: string }>(
    `select policyname, array_to_string(roles, ', ') as role, qual from pg_policies
     where schemaname = 'claimcheck_tasks' and tablename = 'tasks' and permissive = 'PERMISSIVE'
       and cmd in ('ALL', 'SELECT')`,
  )
  if (policies.length === 0) throw new Error('Expected a policy to copy.')
  await owner.query('create schema bench_small')
  await owner.query(`create table ${SMALL} (like ${LARGE} including all)`)
  const columns = `user_id, id, title, notes, completed_at, priority, due_on, created_at, updated_at,
    deleted_at, version, creation`
  await owner.query(`insert into ${SMALL} (${columns}) select ${columns} from bench.tasks`)
  await owner.query(`alter table ${SMALL} enable row level security`)
  await owner.query(`alter table ${SMALL} force row level security`)
  for (const { policyname, role, qual } of policies) {
    await owner.query(
      `create policy "${policyname}" on ${SMALL} for select to ${role} using (${qual})`,
    )
  }
  await owner.query('grant usage on schema bench_small to public')
  await owner.query(`grant select on ${SMALL} to public`)
  await owner.query(`vacuum analyze ${SMALL}`)
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

function toLine(perSecond: readonly number[]): string {
  return `${Math.round(median(perSecond))} /s, the rounds within ${toSpread(perSecond)} of it`
}
