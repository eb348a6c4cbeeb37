import { reactionsAdd, reactionsList, reactionsListOfPosts, reactionsRemove, type Reaction } from '@rookery/sdk/protocol'
import { get, objectBody, pick, post, remove, statusOk, textsBody, type Route } from '../route.ts'
import { reactionShape } from '../shapes/post.ts'

const shapes = (reactions: readonly Reaction[]) => reactions.map(reactionShape)

export const reactionRoutes: readonly Route[] = [
  post('/reactions', async ({ run, body }) =>
    reactionShape(await run(reactionsAdd, pick(objectBody(body), { user_id: 'userId', post_id: 'postId', emoji_name: 'emojiName' }) as never))),
  remove('/users/{user_id}/posts/{post_id}/reactions/{emoji_name}', async ({ run, params }) => {
    await run(reactionsRemove, { userId: params['user_id'] as string, postId: params['post_id'] as string, emojiName: params['emoji_name'] as string })
    return statusOk
  }),
  get('/posts/{post_id}/reactions', async ({ run, params }) => shapes(await run(reactionsList, { postId: params['post_id'] as string }))),
  post('/posts/ids/reactions', async ({ run, body }) => {
    const byPost = await run(reactionsListOfPosts, { postIds: textsBody(body, 'post_ids') })
    return Object.fromEntries(Object.entries(byPost).map(([postId, reactions]) => [postId, shapes(reactions)]))
  }),
]
