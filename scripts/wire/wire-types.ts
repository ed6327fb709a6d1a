/**
 * TypeScript for what an OpenAPI document says crosses the wire: as much of JSON Schema as our document uses, no
 * more.
 */

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Operation {
  readonly parameters?: readonly Parameter[]
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly format?: string
}

export interface WireSelection {
  /** Names of component schemas; what they refer to comes along. */
  readonly schemas: readonly string[]
  /** Names for the query parameters of a GET, by its path. */
  readonly queries: Readonly<Record<string, string>>
  /** Names for the most characters that each text of a component schema may have, by its name. */
  readonly lengths: Readonly<Record<string, string>>
}

const head = `/**
 * What crosses the wire, written from apps/api/openapi.json by \`npm run wire\`: change the API's schema, then run
 * that.
 */
`

/** @throws TypeError for a schema that it has no words for. */
export function toWireTypes(document: OpenApiDocument, selection: WireSelection): string {
  const schemas = listReferred(document, selection.schemas).map((name) =>
    toInterface(name, readSchema(document, name)),
  )
  const queries = Object.entries(selection.queries).map(([name, path]) =>
    toInterface(name, toQuerySchema(document.paths[path]?.get?.parameters ?? [])),
  )
  const lengths = Object.entries(selection.lengths).map(([name, schema]) =>
    toLengths(name, readSchema(document, schema)),
  )
  return [head, ...lengths, ...queries, ...schemas].join('\n')
}

/** The selected names and all they lead to, in alphabetical order. */
function listReferred(document: OpenApiDocument, selected: readonly string[]): string[] {
  const found = new Set<string>()
  const open = [...selected]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    const references = JSON.stringify(readSchema(document, name)).matchAll(
      /"#\/components\/schemas\/(\w+)"/g,
    )
    for (const [, reference = ''] of references) open.push(reference)
  }
  return [...found].toSorted()
}

function readSchema(document: OpenApiDocument, name: string): Schema {
  const schema = document.components.schemas[name]
  if (!schema) throw new TypeError(`The document has no schema ${name}`)
  return schema
}

function toQuerySchema(parameters: readonly Parameter[]): Schema {
  const asked = parameters.filter((parameter) => parameter.in === 'query')
  return {
    type: 'object',
    properties: Object.fromEntries(asked.map(({ name, schema }) => [name, schema])),
    required: asked.filter(({ required }) => required).map(({ name }) => name),
  }
}

function toInterface(name: string, schema: Schema): string {
  return `export interface ${name} ${toObject(schema, '')}\n`
}

function toLengths(name: string, { properties = {} }: Schema): string {
  const lengths = Object.entries(properties).flatMap(([key, { maxLength }]) =>
    maxLength === undefined ? [] : [`  ${key}: ${maxLength},\n`],
  )
  return `/** Characters. */\nexport const ${name} = {\n${lengths.join('')}} as const\n`
}

function toObject({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).flatMap(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?'
    return [
      ...toComment(schema, inner),
      `${inner}readonly ${name}${mark}: ${toType(schema, inner)}`,
    ]
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

function toComment({ description, maxLength, format }: Schema, indent: string): string[] {
  const facts = [
    description,
    maxLength !== undefined && `At most ${maxLength} characters.`,
    format !== undefined && `Format: ${format}.`,
  ].filter(Boolean)
  return facts.length > 0 ? [`${indent}/** ${facts.join(' ')} */`] : []
}

function toType(schema: Schema, indent: string): string {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ')
  const types = [schema.type].flat()
  return types.map((type) => toPlainType(type, schema, indent)).join(' | ')
}

function toPlainType(type: string | undefined, schema: Schema, indent: string): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'number':
    case 'integer':
      return toNumber(schema)
    case 'array': {
      const { items = {} } = schema
      const item = toType(items, indent)
      return `readonly ${items.enum || Array.isArray(items.type) ? `(${item})` : item}[]`
    }
    case 'object':
      return toObject(schema, indent)
    default:
      throw new TypeError(`There are no words for a schema of type ${type}`)
  }
}

/** A handful of whole numbers is named one by one. */
function toNumber({ minimum, maximum }: Schema): string {
  if (minimum === undefined || maximum === undefined || maximum - minimum > 9) return 'number'
  return Array.from({ length: maximum - minimum + 1 }, (_, step) => minimum + step).join(' | ')
}
