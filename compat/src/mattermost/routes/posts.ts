import { postsCreate, postsGet, postsListOfChannel } from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, type Route } from '../route.ts'
import { postListShape, postShape } from '../shapes/post.ts'

const postNames = {
  channel_id: 'channelId', message: 'message', root_id: 'rootId', file_ids: 'fileIds', props: 'props', type: 'type',
  pending_post_id: 'pendingPostId', is_pinned: 'isPinned',
}

export const postRoutes: readonly Route[] = [
  post('/posts', async ({ run, body }) =>
    created(postShape(await run(postsCreate, pick(objectBody(body), postNames) as never)))),
  get('/posts/{post_id}', async ({ run, params, query }) =>
    postShape(await run(postsGet, { postId: params['post_id'] as string, includeDeleted: query.flag('include_deleted') }))),
  get('/channels/{channel_id}/posts', async ({ run, params, query }) => {
    const { page, perPage } = query.page()
    return postListShape(await run(postsListOfChannel, { channelId: params['channel_id'] as string, page, limit: perPage }))
  }),
]
