import { HonoRequest } from 'hono/request'
import { describe, expect, it } from 'vitest'
import { readListQuery } from './list-query.js'

const read = (search: string) =>
  readListQuery(new HonoRequest(new Request(`http://localhost/api/me/tasks${search}`)))

describe('what a list is asked for', () => {
  it('is read once for the same text, and cannot be changed', () => {
    const query = read('?limit=20&status=open')
    expect(query).toMatchObject({ limit: 20, status: 'open', sort: 'createdAt', deleted: 'false' })
    expect(read('?limit=20&status=open')).toBe(query)
    expect(Object.isFrozen(query)).toBe(true)
    expect(read('?limit=21&status=open')).toMatchObject({ limit: 21 })
    expect(read('')).toMatchObject({ limit: 50, status: 'all' })
  })

  it('is read again where it comes once, as a search does', () => {
    expect(read('?q=coat')).toEqual(read('?q=coat'))
    expect(read('?q=coat')).not.toBe(read('?q=coat'))
    expect(read('?cursor=abc')).not.toBe(read('?cursor=abc'))
  })

  it.each(['?limit=0', '?limit=20&limit=21', '?colour=red', '?q=a&q=b'])('refuses %s', (search) => {
    for (let n = 0; n < 2; n += 1) {
      expect(() => read(search)).toThrow(expect.objectContaining({ code: 'validation_failed' }))
    }
  })

  it('is forgotten after five hundred others', () => {
    const query = read('?limit=7')
    for (let limit = 1; limit <= 200; limit += 1) {
      for (const status of ['all', 'open', 'done']) read(`?status=${status}&limit=${limit}`)
    }
    expect(read('?limit=7')).not.toBe(query)
    expect(read('?limit=7')).toEqual(query)
  })
})
