import { ephemeralPosted, postsSendEphemeral, type Post } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import { sealActions } from './post-actions.ts'
import { assertPostForm } from './post-form.ts'

/** Messages that one user sees until it reloads. */
export function createEphemeralPosts({ access, clock, ids, settings, writer, actionSeal }: Pick<ChatParts, 'access' | 'clock' | 'ids' | 'settings' | 'writer' | 'actionSeal'>): AnyImplementation[] {
  return [
    implement(postsSendEphemeral, {
      async access(context, { userId, channelId }) {
        // A plugin speaks in private with whoever is where it is at work, and lets people speak with themselves.
        const isOfPlugin = context.actor.kind === 'user' && context.actor.plugin !== undefined && (context.actor.plugin.isBot || context.actor.userId === userId)
        if (!isOfPlugin) access.system(context, 'create_post_ephemeral')
        await access.user(context, userId)
        return access.channel(context, channelId, 'create_post')
      },
      async handle(context, { userId, channelId, message, rootId = '', props = {} }): Promise<Post> {
        assertPostForm({ message, props, fileCount: 0 }, settings)
        const now = clock.now()
        const id = ids.next()
        const post: Post = {
          id, createAt: now, updateAt: now, editAt: 0, deleteAt: 0, isPinned: false, userId: access.userId(context), channelId, rootId, message,
          type: 'system_ephemeral', props: await sealActions(props, { postId: id, channelId, rootId }, { actionSeal, ids }), hashtags: '', fileIds: [], pendingPostId: '', hasReactions: false, embeds: [], files: [], reactions: [],
          replyCount: 0, lastReplyAt: 0, participants: [], isFollowing: null, customEmoji: [],
        }
        writer.publish(ephemeralPosted, { post }, { userId })
        return post
      },
    }),
  ]
}
