/** A Prisma client for Better Auth's tables, generated from what Better Auth says of them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const here = dirname(fileURLToPath(import.meta.url))
const types = {
  string: 'String',
  boolean: 'Boolean',
  number: 'Int',
  date: 'DateTime @db.Timestamptz',
}

/** @param {ReturnType<typeof import('better-auth/db').getAuthTables>} tables */
export function generatePrismaClient(tables) {
  // Within the folder where the packages are, which the client looks for from where it lies.
  const folder = mkdtempSync(join(here, 'prisma-'))
  const schema = join(folder, 'schema.prisma')
  writeFileSync(schema, `${opening}\n${Object.values(tables).map(toModel).join('\n')}`)
  const program = join(dirname(require.resolve('prisma/package.json')), 'build/index.js')
  const { status, stderr } = spawnSync(
    process.execPath,
    [program, 'generate', '--schema', schema],
    {
      cwd: folder,
      encoding: 'utf8',
      // Generating needs no schema engine; without this, it is fetched from beyond the registry.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
      },
    },
  )
  if (status !== 0) throw new Error(`prisma generate failed: ${stderr}`)
  return require(join(folder, 'client'))
}

const opening = `
generator client {
  provider = "prisma-client-js"
  output   = "./client"
}
datasource db {
  provider = "postgresql"
}`

function toModel({ modelName, fields }) {
  const lines = Object.entries(fields).map(([name, field]) => {
    const { type, required, unique, fieldName = name } = field
    const [base, ...attributes] = types[type].split(' ')
    const optional = required === false ? '?' : ''
    return `  ${fieldName} ${base}${optional} ${attributes.join(' ')} ${unique ? '@unique' : ''}`
  })
  const name = modelName[0].toUpperCase() + modelName.slice(1)
  return `model ${name} {\n  id String @id\n${lines.join('\n')}\n  @@map("${modelName}")\n}`
}
