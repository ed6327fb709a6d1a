/** Better Auth's tables as Drizzle declares them, made from what Better Auth says of them. */
import { boolean, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const columns = {
  string: (name) => text(name),
  boolean: (name) => boolean(name),
  number: (name) => integer(name),
  date: (name) => timestamp(name, { withTimezone: true }),
}

/** @param {ReturnType<typeof import('better-auth/db').getAuthTables>} tables */
export function toDrizzleTables(tables) {
  return Object.fromEntries(
    Object.values(tables).map(({ modelName, fields }) => [
      modelName,
      pgTable(modelName, {
        id: text('id').primaryKey(),
        ...Object.fromEntries(
          Object.entries(fields).map(([name, { type, required, fieldName = name }]) => {
            const column = columns[type](fieldName)
            return [fieldName, required === false ? column : column.notNull()]
          }),
        ),
      }),
    ]),
  )
}
