import { RookeryError, maximumMessageLength, postsCreate, type Channel, type InputOf, type Post } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { codePointLength, hashtagsOf, mentionTokens } from '../../text/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PendingPost, PostBatch } from './post-batch.ts'
import type { PostReading } from './read-post.ts'

type Input = InputOf<typeof postsCreate>
type Parts = Pick<ChatParts, 'access' | 'settings' | 'ids'> & { readonly batch: PostBatch, readonly reading: PostReading, readonly onlineMembers: (channelId: string) => string[] }

/** In characters of its JSON. */
export const maximumPropsLength = 800_000

/** Writing a post as somebody. */
export function createPostWriting({ access, settings, ids, batch, reading, onlineMembers }: Parts): AnyImplementation[] {
  const assertForm = (input: Input): void => {
    const message = input.message ?? ''
    if (codePointLength(message) > maximumMessageLength) throw new RookeryError('message_too_long', { maximum: maximumMessageLength })
    const fileCount = input.fileIds?.length ?? 0
    if (fileCount > settings.posts.maximumFiles) throw new RookeryError('too_many_files', { maximum: settings.posts.maximumFiles })
    if (message.trim() === '' && fileCount === 0 && !input.props?.['attachments']) throw new RookeryError('message_empty')
    if (input.props && JSON.stringify(input.props).length > maximumPropsLength) throw new RookeryError('props_too_large', { maximum: maximumPropsLength })
    if (input.type && !input.type.startsWith('custom_') && input.type !== 'me' && input.type !== 'slack_attachment') throw new RookeryError('post_type_reserved')
  }
  const pending = async (context: Context, input: Input, channel: Channel): Promise<PendingPost> => {
    const message = input.message ?? ''
    const tokens = mentionTokens(message)
    const mayBroadcast = (tokens.broadcast.all || tokens.broadcast.channel || tokens.broadcast.here) && await access.hasChannel(context, channel, 'use_channel_mentions')
    return {
      id: ids.next(), channelId: channel.id, userId: access.userId(context), rootId: input.rootId ?? '', message, type: input.type ?? '',
      props: input.props ?? {}, hashtags: hashtagsOf(message), fileIds: input.fileIds ?? [], pendingPostId: input.pendingPostId ?? '',
      isPinned: input.isPinned ?? false, isTrusted: false, countsAsUnread: true, marksViewed: true,
      mentionsEverybody: mayBroadcast && (tokens.broadcast.all || tokens.broadcast.channel),
      hereUserIds: mayBroadcast && tokens.broadcast.here ? onlineMembers(channel.id) : [],
      mentionWords: [...new Set([...tokens.usernames.map((name) => `@${name}`), ...tokens.words, ...tokens.writtenWords])], embeds: [], createAt: input.createAt ?? null,
    }
  }
  return [
    implement(postsCreate, {
      async access(context, input) {
        if (input.createAt !== undefined) access.system(context, 'manage_system')
        if (input.fileIds?.length) await access.channel(context, input.channelId, 'upload_file')
        return access.channel(context, input.channelId, 'create_post')
      },
      async handle(context, input, channel): Promise<Post> {
        assertForm(input)
        const stored = await batch.append(await pending(context, input, channel))
        if (stored.isNew) return stored.payload.post
        return await reading.find(stored.postId) as Post
      },
    }),
  ]
}
