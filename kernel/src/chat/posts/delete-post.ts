import { RookeryError, postDeleted, postsDelete, type Post } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'

const deletePost = { name: 'delete_post', text: 'select delete_post($1, $2, $3, $4) as post', writes: true } as const

/** Deleting posts; those who wrote one may, and those who keep order. */
export function createPostDeletion({ access, clock, writer }: Pick<ChatParts, 'access' | 'clock' | 'writer'>): AnyImplementation[] {
  return [
    implement(postsDelete, {
      async access(context, { postId }) {
        const found = await access.post(context, postId, 'read_channel_content')
        const isOwn = context.actor.kind === 'user' && context.actor.userId === found.post.userId
        const permission = isOwn ? 'delete_post' : 'delete_others_posts'
        if (!(await access.hasChannel(context, found.channel, permission))) throw new RookeryError('permission_missing', { permission })
        if (found.channel.deleteAt > 0) throw new RookeryError('can_not_post_to_archived')
        return found
      },
      async handle(context, { postId }, { channel }) {
        const deletedBy = context.actor.kind === 'user' ? context.actor.userId : ''
        await writer.write(async (transaction, emit) => {
          const [row] = await transaction.hot<{ post: Post | null }>({ ...deletePost, values: [postId, channel.id, deletedBy, clock.now()] })
          if (!row?.post) throw new RookeryError('post_not_found')
          emit(postDeleted, { post: row.post, deletedBy }, { channelId: channel.id })
        }, { actorId: deletedBy })
        return {}
      },
    }),
  ]
}
