import { blocksProp, ephemeralPosted, postsSendEphemeral, type Post, type PostBlocks } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import { sealActions } from './post-actions.ts'
import { assertPostForm } from './post-form.ts'

interface EphemeralParts extends Pick<Post, 'id' | 'createAt' | 'updateAt' | 'userId' | 'channelId' | 'rootId' | 'message'> {
  readonly props?: Record<string, unknown>
  readonly blocks: PostBlocks | undefined
}

/** A message for one person's eyes: one with an id that was shown before takes its place. */
export const ephemeralPost = ({ props = {}, blocks, ...parts }: EphemeralParts): Post => ({
  ...parts, props: { ...props, ...(blocks && { [blocksProp]: blocks }) }, editAt: 0, deleteAt: 0, isPinned: false, type: 'system_ephemeral', hashtags: '', fileIds: [], pendingPostId: '', hasReactions: false, embeds: [], files: [], reactions: [],
  replyCount: 0, lastReplyAt: 0, participants: [], isFollowing: null, customEmoji: [],
})

/** Messages that one user sees until it reloads. */
export function createEphemeralPosts({ access, clock, ids, settings, writer, actionSeal, blocks: keeping }: Pick<ChatParts, 'access' | 'clock' | 'ids' | 'settings' | 'writer' | 'actionSeal' | 'blocks'>): AnyImplementation[] {
  return [
    implement(postsSendEphemeral, {
      async access(context, { userId, channelId }) {
        // A plugin speaks in private with whoever is where it is at work, and lets people speak with themselves.
        const isOfPlugin = context.actor.kind === 'user' && context.actor.plugin !== undefined && (context.actor.plugin.isBot || context.actor.userId === userId)
        if (!isOfPlugin) access.system(context, 'create_post_ephemeral')
        await access.user(context, userId)
        return access.channel(context, channelId, 'create_post')
      },
      async handle(context, { userId, channelId, message, rootId = '', props = {}, blocks }): Promise<Post> {
        const { [blocksProp]: _foreign, ...own } = props
        assertPostForm({ message, props: { ...own, ...(blocks?.length && { [blocksProp]: blocks }) }, fileCount: 0 }, settings)
        const now = clock.now()
        const id = ids.next()
        const shown = blocks?.length ? await keeping.prepareShown(context, blocks, { postId: id, channelId, rootId, createAt: now, userId }) : undefined
        const post = ephemeralPost({ id, createAt: now, updateAt: now, userId: access.userId(context), channelId, rootId, message, props: await sealActions(own, { postId: id, channelId, rootId }, { actionSeal, ids }), blocks: shown })
        writer.publish(ephemeralPosted, { post }, { userId })
        return post
      },
    }),
  ]
}
