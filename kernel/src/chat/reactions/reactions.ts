import {
  RookeryError, reactionAdded, reactionRemoved, reactionsAdd, reactionsList, reactionsListOfPosts, reactionsRemove, type Channel, type Post, type Reaction,
} from '@rookery/sdk/protocol'
import { createSystemEmoji, isEmojiName } from '../../emoji/index.ts'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import { sql, type Transaction } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'

type Parts = Pick<ChatParts, 'db' | 'access' | 'directory' | 'clock' | 'settings' | 'writer'>

const columns = `user_id as "userId", post_id as "postId", channel_id as "channelId", emoji_name as "emojiName", create_at as "createAt"`
const ofPost = { name: 'reactions_of_post', text: `select ${columns} from reactions where post_id = $1 order by create_at` }
const ofPosts = { name: 'reactions_of_posts', text: `
  select ${columns} from reactions where post_id in (select id from posts where id = any ($1) and delete_at = 0) order by create_at` }

/** Emoji under posts. The post's row is locked by whoever changes them, so has_reactions and the limit of kinds are exact. */
export function createReactions({ db, access, directory, clock, settings, writer }: Parts): AnyImplementation[] {
  const systemEmoji = createSystemEmoji()

  const changeable = async (context: Context, postId: string, userId: string, permission: 'add_reaction' | 'remove_reaction'): Promise<{ post: Post, channel: Channel }> => {
    const found = await access.post(context, postId, permission)
    if (userId !== access.userId(context)) {
      // Nobody reacts in another's name, but those who keep order take reactions away.
      const mayForOthers = permission === 'remove_reaction' && await access.hasChannel(context, found.channel, 'remove_others_reactions')
      if (!mayForOthers) throw new RookeryError('permission_missing', { permission: permission === 'remove_reaction' ? 'remove_others_reactions' : permission })
    }
    if (found.channel.deleteAt > 0) throw new RookeryError('can_not_post_to_archived')
    return found
  }
  const lock = async (transaction: Transaction, postId: string): Promise<void> => {
    const row = await transaction.maybeOne(sql`select 1 from posts where id = ${postId} and delete_at = 0 for no key update`)
    if (!row) throw new RookeryError('post_not_found')
  }
  const touch = (transaction: Transaction, postId: string): Promise<unknown> => transaction.query(sql`
    update posts p set update_at = greatest(${clock.now()}, p.update_at + 1), has_reactions = exists (select 1 from reactions r where r.post_id = p.id)
    where p.id = ${postId}`)

  return [
    implement(reactionsAdd, {
      async access(context, { postId, userId, emojiName }) {
        if (!isEmojiName(emojiName)) throw new RookeryError('emoji_name_invalid')
        const found = await changeable(context, postId, userId, 'add_reaction')
        const isKnown = systemEmoji.isSystemEmoji(emojiName)
          || await db.maybeOne(sql`select 1 from custom_emoji where name = ${emojiName} and delete_at = 0`) !== undefined
        if (!isKnown) throw new RookeryError('emoji_not_found')
        return found
      },
      handle: (_context, { postId, userId, emojiName }, { channel }) => writer.write(async (transaction, emit) => {
        await lock(transaction, postId)
        const existing = await transaction.maybeOne<Reaction>(sql`
          select user_id as "userId", post_id as "postId", channel_id as "channelId", emoji_name as "emojiName", create_at as "createAt"
          from reactions where post_id = ${postId} and user_id = ${userId} and emoji_name = ${emojiName}`)
        if (existing) return existing
        const { kinds } = await transaction.one<{ kinds: number }>(sql`
          select count(distinct emoji_name) as kinds from reactions where post_id = ${postId} and emoji_name <> ${emojiName}`)
        if (kinds >= settings.posts.maximumReactionKinds) throw new RookeryError('reaction_limit_reached')
        const reaction: Reaction = { userId, postId, channelId: channel.id, emojiName, createAt: clock.now() }
        await transaction.query(sql`
          insert into reactions (post_id, user_id, emoji_name, channel_id, create_at) values (${postId}, ${userId}, ${emojiName}, ${channel.id}, ${reaction.createAt})`)
        await touch(transaction, postId)
        emit(reactionAdded, { reaction }, { channelId: channel.id })
        return reaction
      }, { actorId: userId }),
    }),
    implement(reactionsRemove, {
      access: (context, { postId, userId }) => changeable(context, postId, userId, 'remove_reaction'),
      async handle(context, { postId, userId, emojiName }, { channel }) {
        await writer.write(async (transaction, emit) => {
          await lock(transaction, postId)
          const removed = await transaction.maybeOne<{ createAt: number }>(sql`
            delete from reactions where post_id = ${postId} and user_id = ${userId} and emoji_name = ${emojiName} returning create_at as "createAt"`)
          if (!removed) return
          await touch(transaction, postId)
          emit(reactionRemoved, { reaction: { userId, postId, channelId: channel.id, emojiName, createAt: removed.createAt } }, { channelId: channel.id })
        }, { actorId: access.userId(context) })
        return {}
      },
    }),
    implement(reactionsList, {
      access: (context, { postId }) => access.post(context, postId, 'read_channel_content'),
      handle: (_context, { postId }) => db.hot<Reaction>({ ...ofPost, values: [postId] }),
    }),
    implement(reactionsListOfPosts, {
      access: () => undefined,
      async handle(context, { postIds }) {
        const reactions = await db.hot<Reaction>({ ...ofPosts, values: [postIds] })
        const grouped: Record<string, Reaction[]> = Object.fromEntries(postIds.map((id) => [id, []]))
        const isReadable = new Map<string, boolean>()
        for (const reaction of reactions) {
          if (!isReadable.has(reaction.channelId)) {
            const channel = await directory.channels.get(reaction.channelId)
            isReadable.set(reaction.channelId, channel !== undefined && await access.hasChannel(context, channel, 'read_channel_content'))
          }
          if (isReadable.get(reaction.channelId)) grouped[reaction.postId]?.push(reaction)
        }
        return grouped
      },
    }),
  ]
}
