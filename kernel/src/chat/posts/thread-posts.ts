import { RookeryError, postsListOfThread } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import type { PostExtras } from './post-extras.ts'
import { followingOf, postColumns, postSource, threadColumns, toPost, withoutContent, type PostRow } from './post-rows.ts'

type Direction = 'up' | 'down'
type Moment = 'create_at' | 'update_at'

const farFuture = Number.MAX_SAFE_INTEGER
/** Longer threads come in pages. */
const maximumPosts = 10_000

/** $1 root, $2 reader, $3 limit, $4 moment and $5 post after which to go on, $6 whether only changes are wanted. */
function text(direction: Direction, moment: Moment): string {
  const isDown = direction === 'down'
  const range = isDown ? `p.${moment} >= $4 and (p.${moment} > $4 or ($5 <> '' and p.id > $5))` : `p.${moment} <= $4 and (p.${moment} < $4 or ($5 <> '' and p.id < $5))`
  const order = isDown ? `p.${moment}, p.id` : `p.${moment} desc, p.id desc`
  const columns = `${postColumns}, ${threadColumns}`
  const source = `${postSource} ${followingOf('$2')}`
  return `
    (select ${columns} from ${source} where p.id = $1 and (not $6::boolean or p.update_at > $4))
    union all
    (select ${columns} from ${source} where p.root_id = $1 and p.root_id <> '' and (p.delete_at = 0 or $6::boolean) and ${range} order by ${order} limit $3)`
}

const statements = new Map((['up', 'down'] as const).flatMap((direction) => (['create_at', 'update_at'] as const).map((moment) =>
  [`${direction} ${moment}`, { name: `thread_${direction}_${moment}`, text: text(direction, moment) }] as const)))

/** Reading the posts of one thread. */
export function createThreadPosts({ db, access, extras }: Pick<ChatParts, 'db' | 'access'> & { readonly extras: PostExtras }): AnyImplementation[] {
  return [
    implement(postsListOfThread, {
      async access(context, input) {
        const { fromPostId, fromCreateAt = 0, fromUpdateAt = 0, updatesOnly = false, direction } = input
        if (fromPostId && fromCreateAt === 0 && fromUpdateAt === 0) throw new RookeryError('invalid_input', { field: 'fromPostId', reason: 'it needs fromCreateAt' })
        if (fromCreateAt > 0 && fromUpdateAt > 0) throw new RookeryError('invalid_input', { field: 'fromUpdateAt', reason: 'it cannot stand beside fromCreateAt' })
        if (updatesOnly && fromUpdateAt === 0) throw new RookeryError('invalid_input', { field: 'fromUpdateAt', reason: 'it is needed where only updates are wanted' })
        if (updatesOnly && direction === 'up') throw new RookeryError('invalid_input', { field: 'updatesOnly', reason: 'it goes down only' })
        return access.post(context, input.postId, 'read_channel_content')
      },
      async handle(context, input, { post: asked }) {
        const { limit = 0, fromCreateAt = 0, fromUpdateAt = 0, fromPostId = '', updatesOnly = false } = input
        const direction = input.direction ?? (updatesOnly ? 'down' : 'up')
        const from = fromCreateAt || fromUpdateAt || (direction === 'up' ? farFuture : 0)
        const rootId = asked.rootId || asked.id
        const most = limit > 0 ? limit : maximumPosts
        const reader = context.actor.kind === 'user' ? context.actor.userId : ''
        const statement = statements.get(`${direction} ${fromUpdateAt > 0 ? 'update_at' : 'create_at'}`) as { name: string, text: string }
        const rows = await db.hot<PostRow>({ ...statement, values: [rootId, reader, most + 1, from, fromPostId, updatesOnly] })
        const replies = rows.filter((row) => row.id !== rootId)
        const hasNext = replies.length > most
        if (hasNext) replies.pop()
        const listed = rows.filter((row) => row.id === rootId).concat(replies).map((row) => {
          const post = toPost(row)
          return post.deleteAt > 0 ? withoutContent(post) : input.withoutReplies ? post : { ...post, participants: [], isFollowing: null }
        })
        // Clients look up what they asked for first; the last one tells where the next page begins.
        const posts = updatesOnly || asked.rootId === '' ? listed : [listed.find(({ id }) => id === asked.id) ?? asked, ...listed.filter(({ id }) => id !== asked.id)]
        const users = input.withParticipants ? await extras.participants(context, posts) : []
        return { posts: await extras.complete(context, posts), hasNext, users }
      },
    }),
  ]
}
