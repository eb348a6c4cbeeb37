import { channelCreated, postCreated, userCreated, type Channel, type EventDefinition, type EventWithPast, type PayloadOf, type Post, type RookeryEvent, type User } from '@rookery/sdk/protocol'
import type { Settings } from '../config/index.ts'
import { sql, textArray, type Database } from '../storage/index.ts'
import { channelColumns } from './channels/channel-rows.ts'
import { postColumns, postSource, toPost, type PostRow } from './posts/post-rows.ts'
import { userColumns } from './users/user-rows.ts'
import { publicUser } from './users/visible-user.ts'

/**
 * What happened before the log begins, as events of what is still there: posts, channels and accounts in the order in
 * which they were made. Of posts, whom they mentioned and what belongs to their threads is not told.
 */
export interface PastEvents {
  /** Those of things with ids between these, in their order. */
  page(event: EventWithPast, between: Between, limit: number): Promise<readonly PastEvent[]>
  count(event: EventWithPast, between: Between): Promise<number>
}

export interface Between { readonly after: string, readonly before: string }

export interface PastEvent extends RookeryEvent {
  /** Of what was made. */
  readonly id: string
}

const selectPosts = { name: 'select_past_posts', text: `select ${postColumns} from ${postSource} where p.id > $1 and p.id < $2 and p.delete_at = 0 order by p.id limit $3` }

const tell = <E extends EventDefinition>({ name }: E, id: string, at: number, payload: PayloadOf<E>): PastEvent => ({ name, id, at, payload, audience: {}, cursor: `past-${name}-${id}` })

export function createPastEvents({ db, settings }: { db: Database, settings: Settings }): PastEvents {
  const posts = async ({ after, before }: Between, limit: number): Promise<PastEvent[]> => {
    const found: Post[] = (await db.hot<PostRow>({ ...selectPosts, values: [after, before, limit] })).map(toPost)
    const channels = await db.any<PayloadOf<typeof postCreated>['channel']>(sql`
      select id, type, name, display_name as "displayName", team_id as "teamId" from channels where id = any (${textArray([...new Set(found.map(({ channelId }) => channelId))])})`)
    const authors = await db.any<{ id: string, username: string }>(sql`select id, username from users where id = any (${textArray([...new Set(found.map(({ userId }) => userId))])})`)
    const channelOf = new Map(channels.map((channel) => [channel.id, channel]))
    const nameOf = new Map(authors.map(({ id, username }) => [id, username]))
    return found.flatMap((post) => {
      const channel = channelOf.get(post.channelId)
      return channel ? [tell(postCreated, post.id, post.createAt, {
        post, channel, senderName: nameOf.get(post.userId) ?? '', mentions: [], mentionsEverybody: false, followers: [], root: null, participants: [], isSetOnline: false,
      })] : []
    })
  }
  const channels = async ({ after, before }: Between, limit: number): Promise<PastEvent[]> =>
    (await db.any<Channel>(sql`select ${channelColumns} from channels c where c.id > ${after} and c.id < ${before} order by c.id limit ${limit}`))
      .map((channel) => tell(channelCreated, channel.id, channel.createAt, { channel, creatorId: channel.creatorId, memberIds: [] }))
  const users = async ({ after, before }: Between, limit: number): Promise<PastEvent[]> =>
    (await db.any<User>(sql`select ${userColumns} from users u where u.id > ${after} and u.id < ${before} order by u.id limit ${limit}`))
      .map((user) => tell(userCreated, user.id, user.createAt, { user: publicUser(user, settings.accounts) }))
  const pages: Readonly<Record<EventWithPast, typeof posts>> = { 'post.created': posts, 'channel.created': channels, 'user.created': users }

  return {
    page: (event, between, limit) => pages[event](between, limit),
    async count(event, { after, before }) {
      if (event === 'post.created') return db.value<number>(sql`select count(*) from posts where id > ${after} and id < ${before} and delete_at = 0`)
      return db.value<number>(sql`select count(*) from ${sql.identifier([event === 'user.created' ? 'users' : 'channels'])} where id > ${after} and id < ${before}`)
    },
  }
}
