/**
 * Half of what the system can do, for a long time: once what is remembered has come to its bounds, nothing may grow.
 * People of the web app and of two processes of the API do what people do; how much of just that the machine can do is
 * measured first. `--minutes=20` asks for so long; else it is five. Nothing has to be watched: it prints how far it is.
 */
import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type System, startSystem } from '../system.js'
import type { Bar } from '../table.js'
import { toBar } from './bar.js'
import { exchange } from './exchange.js'
import {
  countDescriptors,
  type Held,
  type MemoryWatch,
  readResident,
  watchMemory,
} from './soak/memory.js'
import {
  countBad,
  createPerson,
  type Outcomes,
  type Person,
  total,
  toWords,
} from './soak/person.js'

/** How many people there are, each of whom waits for an answer before the next request. */
const PEOPLE = 16

/** Milliseconds for which they ask as fast as they are answered. */
const CAPACITY_MS = 30_000

/** Milliseconds by which somebody may be late; what they could not ask by then is left out, not asked all at once. */
const LATE_MS = 1000

/** As many tokens as a process of the API remembers, and some more. */
const TOKENS = 11_000

/** Milliseconds between two looks at what is open and resident. */
const LOOK_MS = 2000

/** Milliseconds between two lines about how far it is. */
const PROGRESS_MS = 60_000

/** By how much anything may be more at the end than it was before. */
const FLAT = 1.1

/** What shows from outside. */
interface Look {
  readonly rss: number
  readonly descriptors: number
}

interface Mark {
  readonly name: string
  /** By the name of the process. */
  readonly held: Readonly<Record<string, Held>>
}

export async function soak(): Promise<readonly Bar[]> {
  const minutes = Number(process.argv.find((each) => each.startsWith('--minutes='))?.slice(10) ?? 5)
  const memory = await watchMemory()
  const system = await startSystem(memory.env)
  const agent = new Agent({ keepAlive: true })
  const processes: Readonly<Record<string, number>> = {
    'web app': system.webPid,
    'first API': system.apiPids[0],
    'second API': system.apiPids[1],
  }
  const marks: Mark[] = []
  const timers: NodeJS.Timeout[] = []
  const mark = async (name: string) => {
    marks.push({ name, held: await measureAll(processes, memory) })
    await printRemembered(system, agent, name)
  }
  const outcomes: Outcomes = new Map()
  try {
    await mark('at the start')
    const people: Person[] = []
    // One after the other, or some would be turned away: passwords are hashed a few at a time.
    for (let index = 0; index < PEOPLE; index += 1) {
      people.push(await createPerson({ system, agent, outcomes, stagger: index / PEOPLE }))
    }
    const capacity = await measureCapacity(people)
    console.log(`  ${capacity.toFixed(0)} requests a second can be done`)
    await fillMemory(people)
    const rate = capacity / 2
    console.log(`  ${rate.toFixed(0)} requests a second for ${minutes} minutes`)
    console.log(`  until here: ${toWords(outcomes)}`)
    await mark('when warm')
    outcomes.clear()

    const began = performance.now()
    const length = minutes * 60_000
    const pause = { until: Promise.resolve() }
    const asking = Promise.all(
      people.map((person, index) =>
        askSteadily(person, { pause, began, length, every: (1000 * PEOPLE) / rate, index }),
      ),
    )
    // It is waited for below, and what it throws is thrown there.
    asking.catch(() => {})
    const quarters = ['after a quarter', 'at half of the time', 'after three quarters']
    const looks: Readonly<Record<string, Look>>[] = []
    timers.push(
      setInterval(async () => looks.push(await lookAtAll(processes)), LOOK_MS),
      setInterval(
        () => printProgress(looks.at(-1) ?? {}, outcomes, performance.now() - began),
        PROGRESS_MS,
      ),
    )
    for (const [index, name] of quarters.entries()) {
      await wait(began + ((index + 1) * length) / 4 - performance.now())
      let endPause = () => {}
      pause.until = new Promise((resolve) => {
        endPause = resolve
      })
      // What is under way is answered first.
      await wait(LATE_MS)
      await mark(name)
      endPause()
    }
    await asking
    for (const timer of timers.splice(0)) clearInterval(timer)
    await mark('at the end')
    console.log(`  ${toWords(outcomes)}`)
    printMarks(marks)
    return [
      ...Object.keys(processes).flatMap((name) => [
        ...compareMarks(name, marks),
        ...compareLooks(name, looks),
      ]),
      toBar('answers other than 200, and 401 to bad tokens', countBad(outcomes), 0),
      {
        name: 'asked, of what half of the capacity is',
        measured: total(outcomes) / (rate * minutes * 60),
        asked: 0.9,
      },
    ]
  } finally {
    for (const timer of timers) clearInterval(timer)
    agent.destroy()
    await system.stop()
    await memory.stop()
  }
}

/** Requests a second, of the very mix that follows. */
async function measureCapacity(people: readonly Person[]): Promise<number> {
  const work = async (until: number) => {
    let count = 0
    const goOn = async (person: Person) => {
      while (performance.now() < until) {
        await person.goOn()
        count += 1
      }
    }
    await Promise.all(people.map(goOn))
    return count
  }
  await work(performance.now() + CAPACITY_MS / 2)
  return (await work(performance.now() + CAPACITY_MS)) / (CAPACITY_MS / 1000)
}

/** Has everything remembered that can be. */
async function fillMemory(people: readonly Person[]): Promise<void> {
  const fill = async (person: Person) => {
    for (let count = 0; count < TOKENS / PEOPLE; count += 1) await person.showToken()
  }
  await Promise.all(people.map(fill))
}

interface Steady {
  readonly pause: { readonly until: Promise<void> }
  readonly began: number
  readonly length: number
  /** Milliseconds between two requests. */
  readonly every: number
  readonly index: number
}

async function askSteadily(person: Person, { pause, began, length, every, index }: Steady) {
  let due = began + (every * index) / PEOPLE
  while (due < began + length) {
    await wait(Math.max(0, due - performance.now()))
    await pause.until
    await person.goOn()
    due = Math.max(due + every, performance.now() - LATE_MS)
  }
}

async function measureAll(
  processes: Readonly<Record<string, number>>,
  memory: MemoryWatch,
): Promise<Readonly<Record<string, Held>>> {
  const held: Record<string, Held> = {}
  for (const [name, pid] of Object.entries(processes)) held[name] = await memory.measure(pid)
  return held
}

async function printRemembered({ apiUrls }: System, agent: Agent, when: string): Promise<void> {
  for (const url of apiUrls) {
    const { text } = await exchange(agent, `${url}/metrics`, { headers: {} })
    const read = (name: string) => new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? '?'
    console.log(
      `  ${when}: ${read('claimcheck_remembered_signatures')} signatures and ${read('claimcheck_feed_entries\\{issuer="0"\\}')} entries of the feed remembered`,
    )
  }
}

async function lookAtAll(
  processes: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, Look>>> {
  const looks: Record<string, Look> = {}
  for (const [name, pid] of Object.entries(processes)) {
    looks[name] = { rss: await readResident(pid), descriptors: await countDescriptors(pid) }
  }
  return looks
}

function printProgress(
  last: Readonly<Record<string, Look>>,
  outcomes: Outcomes,
  milliseconds: number,
): void {
  const seconds = milliseconds / 1000
  const resident = Object.entries(last).map(([name, { rss }]) => `${name} ${toMiB(rss)}`)
  console.log(
    `  ${seconds.toFixed(0)} s: ${(total(outcomes) / seconds).toFixed(0)} a second, ${countBad(outcomes)} bad; resident MiB: ${resident.join(', ')}`,
  )
}

function printMarks(marks: readonly Mark[]): void {
  for (const name of Object.keys(marks[0]?.held ?? {})) {
    console.log(`  ${name}, MiB and descriptors:`)
    for (const { name: when, held } of marks) {
      const each = held[name]
      if (each === undefined) continue
      console.log(
        `    ${when.padEnd(22)}heap ${toMiB(each.heapUsed)}, external ${toMiB(each.external)}, array buffers ${toMiB(each.arrayBuffers)}, resident ${toMiB(each.rss)}, descriptors ${each.descriptors}`,
      )
    }
  }
}

/** The end against half of the time, by which whatever has a bound has come to it. */
function compareMarks(name: string, marks: readonly Mark[]): readonly Bar[] {
  const [half, end] = [marks.at(-3)?.held[name], marks.at(-1)?.held[name]]
  if (half === undefined || end === undefined) throw new Error(`${name} was not measured.`)
  const toFlat = (words: string, what: 'heapUsed' | 'external') =>
    toBar(`${name}: ${words} at the end, against half`, end[what] / half[what], FLAT, '×')
  return [toFlat('live heap', 'heapUsed'), toFlat('memory outside of the heap', 'external')]
}

/** The lowest of the last quarter against that of the third: connections, and what is not collected, come and go. */
function compareLooks(
  name: string,
  looks: readonly Readonly<Record<string, Look>>[],
): readonly Bar[] {
  const length = Math.floor(looks.length / 4)
  const findLowest = (what: keyof Look) =>
    [0, 1, 2, 3].map((quarter) =>
      Math.min(
        ...looks
          .slice(quarter * length, (quarter + 1) * length)
          .map((each) => each[name]?.[what] ?? Number.NaN),
      ),
    )
  const [rss, descriptors] = [findLowest('rss'), findLowest('descriptors')]
  console.log(
    `  ${name}, the lowest of each quarter: resident MiB ${rss.map(toMiB).join(', ')}; descriptors ${descriptors.join(', ')}`,
  )
  const toFlat = (words: string, [, , third = 0, last = 0]: readonly number[]) =>
    toBar(`${name}: ${words} in the last quarter, against the third`, last / third, FLAT, '×')
  return [toFlat('resident memory', rss), toFlat('descriptors', descriptors)]
}

function toMiB(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
