import { postsCreate, postsGet, postsGetInfo } from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, Reply, type Route } from '../route.ts'
import { postInfoShape, postShape } from '../shapes/post.ts'

const postNames = {
  channel_id: 'channelId', message: 'message', root_id: 'rootId', file_ids: 'fileIds', props: 'props', type: 'type',
  pending_post_id: 'pendingPostId', is_pinned: 'isPinned',
}

export const postRoutes: readonly Route[] = [
  post('/posts', async ({ run, body }) =>
    created(postShape(await run(postsCreate, pick(objectBody(body), postNames) as never)))),
  get('/posts/{post_id}', async ({ run, params, query }) => {
    const found = await run(postsGet, { postId: params['post_id'] as string, includeDeleted: query.flag('include_deleted') })
    return new Reply(postShape(found), { headers: { ETag: `"${found.id}.${found.updateAt}"` } })
  }),
  get('/posts/{post_id}/info', async ({ run, params }) => postInfoShape(await run(postsGetInfo, { postId: params['post_id'] as string }))),
]
