/** The feed as endpoints of Better Auth. */
import type { GenericEndpointContext } from 'better-auth'
import { createAuthEndpoint, getIP } from 'better-auth/api'
import type { Feed, FeedRequest } from './feed.js'

/** Makes the endpoints that {@link Feed} answers at. */
export function createFeedEndpoints(feed: () => Feed) {
  return {
    getRevocations: createAuthEndpoint('/revocations', { method: 'GET' }, (ctx) =>
      answerInside(feed(), ctx, 'document'),
    ),
    getRevocationManifest: createAuthEndpoint('/revocations/manifest', { method: 'GET' }, (ctx) =>
      answerInside(feed(), ctx, 'manifest'),
    ),
    getRevocationSegment: createAuthEndpoint(
      '/revocations/segments/:name',
      { method: 'GET' },
      (ctx) => feed().answerSegment(ctx.params.name),
    ),
  }
}

async function answerInside(
  feed: Feed,
  { request, context, query, headers: given }: GenericEndpointContext,
  name: FeedRequest['name'],
): Promise<Response> {
  const { status, headers, body } = await feed.answer({
    name,
    wait: query?.wait,
    ifNoneMatch: given?.get('if-none-match'),
    accept: given?.get('accept'),
    address: request ? getIP(request, context.options) : null,
    signal: request?.signal,
  })
  return new Response(body, { status, headers })
}
