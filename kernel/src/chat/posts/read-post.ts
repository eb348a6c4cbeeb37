import {
  RookeryError, postsGet, postsGetInfo, postsListByIds, postsListFlagged, postsListPinned, type Post,
} from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import type { Database, Queries } from '../../storage/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PostExtras } from './post-extras.ts'
import { postColumns, postSource, toPost, type PostRow } from './post-rows.ts'

/** Finds posts without asking who wants them: for the parts of the chat that have asked already. */
export interface PostReading {
  /** As a transaction sees it, where one is given. */
  find(postId: string, queries?: Queries): Promise<Post | undefined>
}

const selectPost = { name: 'select_post', text: `select ${postColumns} from ${postSource} where p.id = $1` }
const selectPosts = { name: 'select_posts', text: `select ${postColumns} from ${postSource} where p.id = any ($1) and p.delete_at = 0 order by p.create_at` }
const selectPinned = { name: 'select_pinned_posts', text: `select ${postColumns} from ${postSource} where p.channel_id = $1 and p.is_pinned and p.delete_at = 0 order by p.create_at desc limit 1000` }
const selectFlagged = { name: 'select_flagged_posts', text: `
  select ${postColumns} from ${postSource} join preferences f on f.name = p.id and f.user_id = $1 and f.category = 'flagged_post' join channels c on c.id = p.channel_id
  where p.delete_at = 0 and ($2 = '' or c.id = $2) and ($3 = '' or c.team_id in ($3, ''))
  order by p.create_at desc limit $4 offset $5` }

export function createPostReading({ db }: { db: Database }): PostReading {
  return {
    async find(postId, queries = db) {
      const [row] = await queries.hot<PostRow>({ ...selectPost, values: [postId] })
      return row && toPost(row)
    },
  }
}

/** Reading posts as somebody. */
export function createPostReadingOperations(
  { db, access, directory, extras, reading }: Pick<ChatParts, 'db' | 'access' | 'directory'> & { readonly extras: PostExtras, readonly reading: PostReading },
): AnyImplementation[] {
  const completeOne = async (context: Context, post: Post): Promise<Post> => (await extras.complete(context, [post]))[0] as Post
  /** Leaves out what stands where the actor may not read. */
  const readable = async (context: Context, posts: readonly Post[]): Promise<Post[]> => {
    const isReadable = new Map<string, boolean>()
    for (const channelId of new Set(posts.map((post) => post.channelId))) {
      const channel = await directory.channels.get(channelId)
      isReadable.set(channelId, channel !== undefined && await access.hasChannel(context, channel, 'read_channel_content'))
    }
    return posts.filter((post) => isReadable.get(post.channelId))
  }
  return [
    implement(postsGet, {
      access(context, { postId, includeDeleted = false }) {
        if (includeDeleted) access.system(context, 'manage_system')
        return access.post(context, postId, 'read_channel_content', { includeDeleted })
      },
      handle: (context, _input, { post }) => completeOne(context, post),
    }),
    implement(postsListByIds, {
      access: () => undefined,
      async handle(context, { postIds }) {
        const posts = (await db.hot<PostRow>({ ...selectPosts, values: [postIds] })).map(toPost)
        return extras.complete(context, await readable(context, posts))
      },
    }),
    implement(postsListPinned, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel_content'),
      handle: async (context, { channelId }) => extras.complete(context, (await db.hot<PostRow>({ ...selectPinned, values: [channelId] })).map(toPost)),
    }),
    implement(postsListFlagged, {
      access: (context, { userId }) => access.self(context, userId, 'edit_other_users'),
      async handle(context, { userId, teamId = '', channelId = '', page = 0, perPage = 60 }) {
        const rows = await db.hot<PostRow>({ ...selectFlagged, values: [userId, channelId, teamId, perPage, page * perPage] })
        return extras.complete(context, await readable(context, rows.map(toPost)))
      },
    }),
    implement(postsGetInfo, {
      // Whoever could join a public channel of one of its teams may know where the post stands.
      async access(context, { postId }) {
        const post = await reading.find(postId)
        const channel = post?.deleteAt === 0 ? await directory.channels.get(post.channelId) : undefined
        if (!channel) throw new RookeryError('post_not_found')
        const mine = await access.memberships(context)
        const team = channel.teamId ? await directory.teams.get(channel.teamId) : undefined
        const isMember = mine.channels.has(channel.id)
        const mayRead = isMember || await access.hasChannel(context, channel, 'read_channel_content')
          || (channel.type === 'O' && team?.allowOpenInvite === true && access.hasSystem(context, 'join_public_teams'))
        if (!mayRead) throw new RookeryError('post_not_found')
        return {
          channelId: channel.id, channelType: channel.type, channelDisplayName: channel.displayName, hasJoinedChannel: isMember,
          teamId: channel.teamId, teamType: team?.type ?? '', teamDisplayName: team?.displayName ?? '', hasJoinedTeam: team === undefined ? false : mine.teams.has(team.id),
        }
      },
      handle: (_context, _input, info) => info,
    }),
  ]
}
