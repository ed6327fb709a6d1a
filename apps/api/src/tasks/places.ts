/** Where the routes of tasks are: the documented place, and the short one that stands for `me`. */
import { z } from '@hono/zod-openapi'

export const places = [
  { path: '/api/{user_id}/tasks', hide: false },
  { path: '/api/tasks', hide: true },
] as const

export type Place = (typeof places)[number]

export const ownerSchema = z.object({
  user_id: z.string().openapi({
    description:
      'The subject of the token, or `me`. Without this segment, as in `/api/tasks`, it is `me` too.',
    example: 'me',
  }),
})

/** What the path of a whole collection says. */
export function toCollectionParams({ hide }: Place) {
  return hide ? z.object({}) : ownerSchema
}
