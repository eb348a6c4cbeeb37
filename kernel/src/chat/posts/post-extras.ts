import type { Post, User } from '@rookery/sdk/protocol'
import { createSystemEmoji, emojiNamesIn } from '../../emoji/index.ts'
import type { Context } from '../../operations/index.ts'
import { sql, textArray } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import { userColumns } from '../users/user-rows.ts'
import { visibleUser } from '../users/visible-user.ts'
import { postColumns, postSource, toPost, type PostRow } from './post-rows.ts'

/** What posts carry besides their rows. */
export interface PostExtras {
  /** Adds previews of linked posts, for those who may read these, and custom emoji. Asks the database only where a post has some. */
  complete(context: Context, posts: readonly Post[]): Promise<Post[]>
  /** The accounts of all participants. */
  participants(context: Context, threads: readonly { readonly participants: readonly string[] }[]): Promise<User[]>
}

type Preview = Record<string, unknown>
interface Permalink { readonly type: string, readonly postId: string }

const byIds = { name: 'posts_linked', text: `select ${postColumns} from ${postSource} where p.id = any ($1) and p.delete_at = 0` }

const permalinkOf = (post: Post): Preview & Permalink | undefined => post.embeds.find((embed): embed is Preview & Permalink => embed['type'] === 'permalink')

export function createPostExtras({ db, access, directory, settings }: Pick<ChatParts, 'db' | 'access' | 'directory' | 'settings'>): PostExtras {
  const systemEmoji = createSystemEmoji()

  const previewOf = async (context: Context, linked: Post): Promise<Preview | undefined> => {
    const channel = await directory.channels.get(linked.channelId)
    if (!channel || channel.deleteAt > 0 || !(await access.hasChannel(context, channel, 'read_channel_content'))) return undefined
    const team = channel.teamId ? await directory.teams.get(channel.teamId) : undefined
    return {
      type: 'permalink', postId: linked.id, post: { ...linked, embeds: [] }, teamName: team?.name ?? '',
      channelDisplayName: channel.displayName, channelType: channel.type, channelId: channel.id,
    }
  }
  const withPreviews = async (context: Context, posts: readonly Post[]): Promise<readonly Post[]> => {
    const ids = [...new Set(posts.map((post) => permalinkOf(post)?.postId).filter((id) => id !== undefined))]
    if (ids.length === 0) return posts
    const linked = new Map((await db.hot<PostRow>({ ...byIds, values: [ids] })).map((row) => [row.id, toPost(row)]))
    return Promise.all(posts.map(async (post) => {
      const permalink = permalinkOf(post)
      if (!permalink) return post
      const target = linked.get(permalink.postId)
      const preview = target && await previewOf(context, target)
      return { ...post, embeds: post.embeds.flatMap((embed) => (embed !== permalink ? [embed] : preview ? [preview] : [])) }
    }))
  }

  const customNamesOf = (post: Post): string[] => {
    if (post.reactions.length === 0 && !post.message.includes(':')) return []
    return [...emojiNamesIn(post.message), ...post.reactions.map((reaction) => reaction.emojiName)].filter((name) => !systemEmoji.isSystemEmoji(name))
  }
  const withEmoji = async (posts: readonly Post[]): Promise<Post[]> => {
    const names = posts.map(customNamesOf)
    const wanted = [...new Set(names.flat())]
    if (wanted.length === 0) return posts as Post[]
    const emoji = await db.any<Post['customEmoji'][number]>(sql`
      select id, create_at as "createAt", update_at as "updateAt", delete_at as "deleteAt", creator_id as "creatorId", name
      from custom_emoji where name = any (${textArray(wanted)}) and delete_at = 0`)
    if (emoji.length === 0) return posts as Post[]
    return posts.map((post, place) => ({ ...post, customEmoji: emoji.filter(({ name }) => names[place]?.includes(name)) }))
  }

  return {
    complete: async (context, posts) => withEmoji(await withPreviews(context, posts)),
    async participants(context, threads) {
      const ids = [...new Set(threads.flatMap((thread) => thread.participants))]
      if (ids.length === 0) return []
      const users = await db.any<User>(sql`select ${userColumns} from users u where u.id = any (${textArray(ids)})`)
      return users.map((user) => visibleUser({ access, settings }, context, user))
    },
  }
}
