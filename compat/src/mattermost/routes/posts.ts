import {
  RookeryError, postsCreate, postsDelete, postsEdit, postsGet, postsGetInfo, postsListRevisions, postsMarkUnread, postsRestoreRevision, postsSendEphemeral, postsSetPinned,
} from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, put, remove, Reply, statusOk, type Call, type Route } from '../route.ts'
import { hasWordsOfReader, postInfoShape, postShape, revisionShape, unreadPositionShape } from '../shapes/post.ts'

const postNames = {
  channel_id: 'channelId', message: 'message', root_id: 'rootId', file_ids: 'fileIds', props: 'props', type: 'type',
  pending_post_id: 'pendingPostId', is_pinned: 'isPinned', create_at: 'createAt',
}
const editNames = { message: 'message', props: 'props', file_ids: 'fileIds', is_pinned: 'isPinned' }

/** The priority of a post stands beside its props on the wire and among them here. */
function newPost(body: Record<string, unknown>): Record<string, unknown> {
  const input = pick(body, postNames)
  const priority = (body['metadata'] as { priority?: unknown } | null | undefined)?.priority
  if (priority && typeof priority === 'object') input['props'] = { ...input['props'] as object, priority }
  return input
}

const setPinned = (isPinned: boolean) => async ({ run, params }: Call) => {
  await run(postsSetPinned, { postId: params['post_id'] as string, isPinned })
  return statusOk
}

export const postRoutes: readonly Route[] = [
  post('/posts', async ({ context, run, body, query }) => {
    const setOnline = query.text('set_online')
    const isQuiet = setOnline !== undefined && ['false', '0', 'f'].includes(setOnline.toLowerCase())
    return created(postShape(await run(postsCreate, { ...newPost(objectBody(body)), setOnline: !isQuiet } as never), context.locale))
  }),
  post('/posts/ephemeral', async ({ context, run, body }) => {
    const { user_id: userId, post: fields } = objectBody(body)
    const input = { ...pick(objectBody(fields), { channel_id: 'channelId', message: 'message', root_id: 'rootId', props: 'props' }), userId }
    return created(postShape(await run(postsSendEphemeral, input as never), context.locale))
  }),
  get('/posts/{post_id}', async ({ context, run, params, query }) => {
    const found = await run(postsGet, { postId: params['post_id'] as string, includeDeleted: query.flag('include_deleted') })
    return new Reply(postShape(found, context.locale), { headers: { ETag: `"${found.id}.${found.updateAt}${hasWordsOfReader(found) ? `.${context.locale}` : ''}"` } })
  }),
  get('/posts/{post_id}/info', async ({ run, params }) => postInfoShape(await run(postsGetInfo, { postId: params['post_id'] as string }))),
  put('/posts/{post_id}', async ({ context, run, params, body }) => {
    const fields = objectBody(body)
    if (fields['id'] !== params['post_id']) throw new RookeryError('invalid_input', { field: 'id', reason: 'it must be that of the address' })
    return postShape(await run(postsEdit, { postId: params['post_id'], ...pick(fields, editNames) } as never), context.locale)
  }),
  put('/posts/{post_id}/patch', async ({ context, run, params, body }) =>
    postShape(await run(postsEdit, { postId: params['post_id'], ...pick(objectBody(body), editNames) } as never), context.locale)),
  remove('/posts/{post_id}', async ({ run, params }) => {
    await run(postsDelete, { postId: params['post_id'] as string })
    return statusOk
  }),
  post('/posts/{post_id}/pin', setPinned(true)),
  post('/posts/{post_id}/unpin', setPinned(false)),
  get('/posts/{post_id}/edit_history', async ({ context, run, params }) => (await run(postsListRevisions, { postId: params['post_id'] as string })).map((revision) => revisionShape(revision, context.locale))),
  post('/posts/{post_id}/restore/{restore_version_id}', async ({ context, run, params }) =>
    postShape(await run(postsRestoreRevision, { postId: params['post_id'] as string, revisionId: params['restore_version_id'] as string }), context.locale)),
  post('/users/{user_id}/posts/{post_id}/set_unread', async ({ run, params, body }) => unreadPositionShape(await run(postsMarkUnread, {
    userId: params['user_id'] as string, postId: params['post_id'] as string, countsThreadsApart: objectBody(body)['collapsed_threads_supported'] === true,
  }))),
]
