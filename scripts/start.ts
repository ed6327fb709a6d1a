/** `npm start` and `npm run dev`: the whole system on one machine, until someone ends it. */

import { type Postgres, startPostgres } from './postgres/embedded.js'
import { untilAsked } from './process/end-request.js'
import { createProgress, type Progress } from './process/progress.js'
import { type Service, startService } from './process/service.js'
import { printFailure, StartError } from './process/start-error.js'
import { createStops, type Stops } from './process/stops.js'
import { announce } from './start/announcement.js'
import { api, type BuildOptions, buildStale, library, web } from './start/builds.js'
import { readEnvFile, root } from './start/data-dir.js'
import { reserve } from './start/reservation.js'
import { readSecret } from './start/secret.js'
import { describeApi, describeCompiler, describeWeb, type Provided } from './start/services.js'
import { readSettings, type Settings } from './start/settings.js'
import { createTrialAccounts, hasTrialAccounts, toMark } from './trial/accounts.js'

const GRACE_MS = 10_000

await main()

async function main(): Promise<void> {
  const stops = createStops()
  try {
    await Promise.race([untilAsked(), run(stops)])
    console.log('\nStopping.')
  } catch (error) {
    printFailure(error)
    process.exitCode = 1
  }
  await stops.run()
  process.exit()
}

/** Starts everything, and goes on until a part of it ends, which it throws. */
async function run(stops: Stops): Promise<never> {
  readEnvFile()
  const settings = readSettings(process.env, process.argv)
  const lock = await reserve(settings)
  stops.add(lock.release)
  const progress = createProgress()
  const [postgres] = await Promise.all([
    startDatabases(settings, progress, stops),
    build(settings, progress, stops),
  ])
  const provided = await provide(settings, postgres)
  const isTrial = (provided.TRIAL ?? process.env.TRIAL) === '1'
  if (isTrial) provided.READY_FILE = toMark(settings.dataDir)
  const services = await progress.step('Starting the web app and the API', () =>
    startServices(settings, provided, stops),
  )
  if (isTrial) await seed(settings, progress)
  const hasInspector = isTrial || process.env.INSPECTOR === 'on'
  console.log(announce(settings, { isTrial, hasInspector }))
  return Promise.race([...services.map((service) => service.ended()), untilGone(postgres)])
}

async function build(settings: Settings, progress: Progress, stops: Stops): Promise<void> {
  const onChild: BuildOptions['onChild'] = (child) => stops.add(() => child.stop(GRACE_MS))
  await buildStale([library], { root, progress, onChild })
  if (!settings.isDev) await buildStale([api, web], { root, progress, onChild })
}

async function startDatabases(
  { dataDir, hasDatabases }: Settings,
  progress: Progress,
  stops: Stops,
): Promise<Postgres | undefined> {
  if (hasDatabases) return undefined
  const postgres = await progress.step('Starting Postgres', () =>
    startPostgres({ dataDir, log: progress.note }),
  )
  stops.add(postgres.stop)
  return postgres
}

/** What the apps need and nobody has set: databases, and the secret that belongs to them. */
async function provide(settings: Settings, postgres: Postgres | undefined): Promise<Provided> {
  const provided: Provided = {}
  if (!process.env.BETTER_AUTH_SECRET && !process.env.BETTER_AUTH_SECRETS) {
    provided.BETTER_AUTH_SECRET = await readSecret(settings.dataDir)
  }
  if (postgres === undefined) return provided
  return {
    ...provided,
    AUTH_DATABASE_URL: postgres.url('claimcheck_auth'),
    TASKS_DATABASE_URL: postgres.url('claimcheck_api'),
    MIGRATIONS_DATABASE_URL: postgres.url('claimcheck_tasks'),
    TRIAL: '1',
  }
}

async function startServices(
  settings: Settings,
  provided: Provided,
  stops: Stops,
): Promise<Service[]> {
  const described = [describeWeb(settings, provided), describeApi(settings, provided)]
  if (settings.isDev) described.push(describeCompiler(settings))
  const services = await Promise.all(described.map(startService))
  for (const { child } of services) stops.add(() => child.stop(GRACE_MS))
  const ended = services.map((service) => service.ended())
  // In this order, because the API is not ready before it has the keys of the web app.
  for (const service of services) await Promise.race([service.ready(), ...ended])
  return services
}

/** Throws when the embedded Postgres ends. */
async function untilGone(postgres: Postgres | undefined): Promise<never> {
  await (postgres?.exited ?? new Promise(() => {}))
  throw new StartError('Postgres has ended. Its log is postgres.log in DATA_DIR.')
}

async function seed({ web, api, dataDir }: Settings, progress: Progress): Promise<void> {
  if (await hasTrialAccounts(dataDir)) return
  await progress.step('Making two accounts to try it with', () =>
    createTrialAccounts({ webUrl: web.url, apiUrl: api.url, dataDir }),
  )
}
