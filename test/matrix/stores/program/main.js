/**
 * One issuer on one store, for one release of Better Auth: runs every case, and prints what became of each.
 * Called as `node main.js STORE`, from a folder where Better Auth and the library are installed.
 */
import { cases } from './cases.js'
import { openStore } from './open-store.js'
import { createWorld } from './world.js'

const store = await openStore(process.argv[2])
const world = await createWorld(store).catch((error) => ({ error }))
if ('error' in world) console.log(`CASE starts\t${toLine(world.error)}`)
else {
  console.log('CASE starts\tyes')
  for (const { name, run } of cases) {
    const outcome = await run(world).then(() => 'yes', toLine)
    console.log(`CASE ${name}\t${outcome}`)
  }
  await world.close()
}
await store.close()
process.exit()

/** @param {Error} error */
function toLine(error) {
  return error.message.replaceAll(/\s+/g, ' ').slice(0, 300)
}
