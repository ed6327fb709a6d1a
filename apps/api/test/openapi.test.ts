/**
 * What /openapi.json promises is what the router has, and what the routes answer; /docs needs nothing from elsewhere.
 */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTestApi, type TestApi } from './_client.js'
import { createTestDatabase, type TestDatabase } from './_database.js'

interface Operation {
  security?: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}

interface Document {
  openapi: string
  servers: { url: string }[]
  components: { securitySchemes: Record<string, object>; schemas: Record<string, Schema> }
  paths: Record<string, Record<string, Operation>>
}

interface Schema {
  properties: Record<string, object>
  required?: string[]
  additionalProperties?: boolean
}

const [server] = inject('databases')

describe('the description of the API', () => {
  let db: TestDatabase
  let api: TestApi
  let document: Document

  beforeAll(async () => {
    db = await createTestDatabase(server?.url ?? '')
    api = await createTestApi(db.database)
    const response = await api.app.request('/openapi.json')
    document = JSON.parse(await response.text())
  })
  afterAll(async () => {
    api.close()
    await db.close()
  })

  it('is OpenAPI 3.1 for the address clients use, with the bearer scheme', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.servers).toEqual([{ url: 'https://api.test' }])
    expect(document.components.securitySchemes.bearer).toMatchObject({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
    })
  })

  it('has every route of the contract, and asks for a token below /api only', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => [
        `${method} ${path}`,
        security !== undefined,
      ]),
    )
    expect(Object.fromEntries(operations)).toEqual({
      'get /livez': false,
      'get /readyz': false,
      'get /api/me': true,
      'get /api/{user_id}/tasks': true,
      'post /api/{user_id}/tasks': true,
      'get /api/{user_id}/tasks/counts': true,
      'delete /api/{user_id}/tasks/trash': true,
      'get /api/{user_id}/tasks/{task_id}': true,
      'patch /api/{user_id}/tasks/{task_id}': true,
      'delete /api/{user_id}/tasks/{task_id}': true,
      'post /api/{user_id}/tasks/{task_id}/restore': true,
    })
  })

  it('gives every refusal the problem schema, and names its codes', () => {
    for (const methods of Object.values(document.paths)) {
      for (const { responses } of Object.values(methods)) {
        for (const [status, { content, description }] of Object.entries(responses)) {
          if (status === '200') continue
          expect(content).toEqual({
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          })
          expect(description).toMatch(/Codes: [a-z_, ]+\.$/)
        }
      }
    }
  })

  it('says which statuses a guarded route can answer', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      if (!path.startsWith('/api/')) continue
      for (const { responses } of Object.values(methods)) {
        expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '400', '401', '503']))
        expect('403' in responses).toBe(path.includes('{user_id}'))
        expect('404' in responses).toBe(path.includes('{task_id}'))
      }
    }
  })

  it('describes the parameters of the list', () => {
    const parameters = document.paths['/api/{user_id}/tasks']?.get?.parameters ?? []
    const byName = Object.fromEntries(parameters.map((each) => [each.name, each]))
    expect(Object.keys(byName).sort()).toEqual([
      'cursor',
      'deleted',
      'limit',
      'order',
      'q',
      'sort',
      'status',
      'user_id',
    ])
    expect(byName.user_id).toMatchObject({ in: 'path', required: true })
    expect(byName.limit).toMatchObject({
      in: 'query',
      schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
    })
    expect(byName.sort?.schema).toMatchObject({
      enum: ['createdAt', 'updatedAt', 'dueOn', 'priority'],
      default: 'createdAt',
    })
    expect(byName.status?.schema).toMatchObject({ enum: ['all', 'open', 'done'], default: 'all' })
    for (const { in: place, required } of parameters) {
      expect(required ?? false).toBe(place === 'path')
    }
  })

  it('describes a task exactly as one is answered, and what may be sent', async () => {
    const { Task, NewTask, TaskChanges } = document.components.schemas
    const task = await (await api.signIn('ada')).create({ title: 'T' })
    expect(Object.keys(Task?.properties ?? {})).toEqual(Object.keys(task))
    expect(Task?.required).toEqual(Object.keys(task))
    expect(NewTask?.required).toEqual(['title'])
    expect(NewTask?.additionalProperties).toBe(false)
    expect(TaskChanges).toMatchObject({ minProperties: 1, additionalProperties: false })
    expect(NewTask?.properties).toMatchObject({
      title: { type: 'string', minLength: 1, maxLength: 500 },
      notes: { type: 'string', maxLength: 10_000, default: '' },
      priority: { type: 'integer', minimum: 0, maximum: 3, default: 0 },
      id: { type: 'string', format: 'uuid' },
    })
  })

  it('is shown by /docs in the theme that its address names, or in that of the system', async () => {
    const read = async (query: string) =>
      /<html lang="en"[^>]*>/.exec(await (await api.app.request(`/docs${query}`)).text())?.[0]
    expect(await read('?theme=dark')).toBe('<html lang="en" data-theme="dark" class="dark-mode">')
    expect(await read('?theme=light')).toContain('data-theme="light"')
    for (const query of ['', '?theme=system', '?theme=%22%3E%3Cscript%3E']) {
      expect([query, await read(query)]).toEqual([query, '<html lang="en">'])
    }
  })

  it('is shown by /docs with scripts and styles of its own alone', async () => {
    const page = await api.app.request('/docs')
    const html = await page.text()
    const policy = page.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/)
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(html).not.toMatch(/<script>|<style|\son\w+=|https?:/)
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(assets).toHaveLength(5)
    for (const path of assets) {
      const asset = await api.app.request(path)
      expect([path, asset.status]).toEqual([path, 200])
      expect(asset.headers.get('Content-Type')).toMatch(/^(text\/(css|javascript)|image\/png)/)
      expect((await asset.arrayBuffer()).byteLength).toBeGreaterThan(100)
      const tag = asset.headers.get('ETag')
      if (tag === null) continue
      const again = await api.app.request(path, { headers: { 'If-None-Match': tag } })
      expect([path, again.status]).toEqual([path, 304])
    }
  })
})
