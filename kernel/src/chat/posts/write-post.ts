import { RookeryError, blocksProp, postsCreate, type Channel, type InputOf, type Post } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import { sealActions } from './post-actions.ts'
import type { PendingPost } from './pending-post.ts'
import type { PostBatch } from './post-batch.ts'
import type { PostExtras } from './post-extras.ts'
import { assertPostForm, isWrittenType, kindProps, messageParts, ownProps } from './post-form.ts'
import type { PostReading } from './read-post.ts'

type Input = InputOf<typeof postsCreate>
type Parts = Pick<ChatParts, 'access' | 'settings' | 'ids' | 'actionSeal' | 'postKinds' | 'blocks'> & {
  readonly batch: PostBatch, readonly reading: PostReading, readonly extras: PostExtras, readonly onlineMembers: (channelId: string) => string[]
}

/** As Mattermost's MaxNotificationsPerChannel: @here names each one, so it is for channels of a size where that makes sense. */
const maximumHere = 1000

interface Right { readonly channel: Channel, readonly needsMembership: boolean }

/** Writing a post as somebody. */
export function createPostWriting({ access, settings, ids, actionSeal, postKinds, blocks, batch, reading, extras, onlineMembers }: Parts): AnyImplementation[] {
  /** Members post; others only where their role lets them post without belonging there. */
  const right = async (context: Context, channelId: string): Promise<Right> => {
    if (access.hasSystem(context, 'create_post')) return { channel: await access.channel(context, channelId, 'create_post'), needsMembership: false }
    const channel = await access.channel(context, channelId)
    if (await access.hasChannel(context, channel, 'create_post')) return { channel, needsMembership: true }
    if (channel.type === 'O' && await access.hasChannel(context, channel, 'create_post_public')) return { channel, needsMembership: false }
    throw new RookeryError('permission_missing', { permission: 'create_post' })
  }
  const pending = async (context: Context, input: Input, { channel, needsMembership }: Right): Promise<PendingPost> => {
    const message = input.message ?? ''
    const props = { ...ownProps(context, input.props ?? {}), ...(input.blocks?.length && { [blocksProp]: blocks.prepare(context, input.blocks) }) }
    const type = input.type ?? ''
    assertPostForm({ message, props, fileCount: input.fileIds?.length ?? 0 }, settings)
    if (context.actor.kind === 'user' && !isWrittenType(type)) throw new RookeryError('post_type_reserved')
    if (type.startsWith('custom_')) {
      postKinds.assertMayWrite(context, type)
      postKinds.assertProps(type, kindProps(props))
    }
    const { tokens: { broadcast }, hashtags, mentionWords, unspacedText, embeds } = messageParts(message, settings.url)
    const wantsBroadcast = broadcast.all || broadcast.channel || broadcast.here
    const mayBroadcast = wantsBroadcast && await access.hasChannel(context, channel, 'use_channel_mentions')
    const here = mayBroadcast && broadcast.here ? onlineMembers(channel.id) : []
    const id = ids.next()
    const rootId = input.rootId ?? ''
    const sealed = await sealActions(props, { postId: id, channelId: channel.id, rootId }, { actionSeal, ids })
    return {
      id, channelId: channel.id, userId: access.userId(context), rootId, message, type,
      props: { ...sealed, ...(wantsBroadcast && !mayBroadcast && { mentionHighlightDisabled: true }), ...(embeds[0] && { previewed_post: embeds[0]['postId'] }) },
      hashtags, fileIds: [...new Set(input.fileIds)], pendingPostId: input.pendingPostId ?? '', isPinned: input.isPinned ?? false,
      isTrusted: false, needsMembership, countsAsUnread: true, marksViewed: true, setsOnline: input.setOnline ?? true,
      isConversation: channel.type === 'D' || channel.type === 'G', mentionsEverybody: mayBroadcast && (broadcast.all || broadcast.channel), hereUserIds: here.length > maximumHere ? [] : here,
      // Only those who administer the system may say when something was written; from others it is not heard.
      mentionWords, unspacedText, embeds, createAt: input.createAt && access.hasSystem(context, 'manage_system') ? input.createAt : null,
    }
  }
  return [
    implement(postsCreate, {
      async access(context, input) {
        if (input.fileIds?.length) await access.channel(context, input.channelId, 'upload_file')
        return right(context, input.channelId)
      },
      async handle(context, input, accessed): Promise<Post> {
        const stored = await batch.append(await pending(context, input, accessed))
        const post = stored.isNew ? stored.payload.post : await reading.find(stored.postId) as Post
        return (await extras.complete(context, [post]))[0] as Post
      },
    }),
  ]
}
