import { postsFindByTime, postsListOfChannel, postsListUnread, type InputOf, type Post, type PostPage } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import { historyStatement, type HistoryForm, type ThreadForm } from './history-statements.ts'
import type { NewestPages } from './newest-pages.ts'
import type { PostExtras } from './post-extras.ts'
import { toPost, withoutContent, type PostRow } from './post-rows.ts'

interface HistoryRow extends PostRow { readonly isRelated: boolean, readonly pivotAt?: number }
interface ThreadFormInput { withoutReplies?: boolean, withThreads?: boolean, withParticipants?: boolean }
type ChannelInput = InputOf<typeof postsListOfChannel>
interface Neighbours { nextPostId?: string, previousPostId?: string }

const standardLimit = 60

/** Both ways by the index of roots, one row each. */
const selectByTime = { name: 'select_post_by_time', text: `
  select coalesce(
    (select id from posts where channel_id = $1 and root_id = '' and delete_at = 0 and create_at >= $2 order by create_at limit 1),
    (select id from posts where channel_id = $1 and root_id = '' and delete_at = 0 and create_at < $2 order by create_at desc limit 1), '') as id` }

const formOf = ({ withoutReplies, withThreads }: ThreadFormInput): ThreadForm => (withoutReplies ? 'collapsed' : withThreads ? 'threads' : 'roots')

/** Newest first, behind them those that come along. */
const inOrder = (rows: readonly HistoryRow[]): HistoryRow[] => rows.toSorted((one, other) => Number(one.isRelated) - Number(other.isRelated) || other.createAt - one.createAt)

/** A stretch of history; its rows are newest first, behind them those that come along. */
function pageOf(rows: readonly HistoryRow[], { nextPostId = '', previousPostId = '' }: Neighbours = {}): PostPage {
  const posts: Post[] = []
  const related: Post[] = []
  for (const row of rows) {
    const post = toPost(row)
    ;(row.isRelated ? related : posts).push(post.deleteAt > 0 ? withoutContent(post) : post)
  }
  return { posts, related, nextPostId, previousPostId, users: [] }
}

/** Channels' history: one statement per read, by the index of the channel's moments. */
export function createHistory({ db, access, extras, newestPages }: Pick<ChatParts, 'db' | 'access'> & { readonly extras: PostExtras, readonly newestPages: NewestPages }): AnyImplementation[] {
  const actorId = (context: Context): string => (context.actor.kind === 'user' ? context.actor.userId : '')

  /** What this reader sees besides; the same page where that is nothing. */
  const complete = async (context: Context, page: PostPage, input: ThreadFormInput): Promise<PostPage> => {
    const users = input.withoutReplies && input.withParticipants ? await extras.participants(context, page.posts) : page.users
    const posts = await extras.complete(context, page.posts)
    const related = await extras.complete(context, page.related)
    return posts === page.posts && related === page.related && users === page.users ? page : { ...page, posts, related, users }
  }

  const readRows = async (form: HistoryForm, values: readonly unknown[]): Promise<HistoryRow[]> => inOrder(await db.hot<HistoryRow>({ ...historyStatement(form), values }))

  const readChanges = async (context: Context, input: ChannelInput, since: number): Promise<PostPage> =>
    pageOf(await readRows({ stretch: 'since', threads: formOf(input), includesDeleted: true, isPaged: false }, [input.channelId, actorId(context), since]))

  const readPage = async (context: Context, input: ChannelInput): Promise<PostPage> => {
    const { channelId, limit = standardLimit, page = 0, beforePostId, afterPostId, includeDeleted: includesDeleted = false } = input
    const stretch = afterPostId ? 'after' : beforePostId ? 'before' : 'newest'
    // One more row at either end names the neighbours, so nothing is asked twice.
    const hasLeading = page > 0
    const values = [channelId, actorId(context), limit + (hasLeading ? 2 : 1), Math.max(page * limit - 1, 0), ...(stretch === 'newest' ? [] : [afterPostId ?? beforePostId])]
    const rows = await readRows({ stretch, threads: formOf(input), includesDeleted, isPaged: hasLeading }, values)
    const firstRelated = rows.findIndex((row) => row.isRelated)
    const own = firstRelated < 0 ? rows : rows.slice(0, firstRelated)
    const kept = [...own]
    // Rows are newest first; a stretch after a post was read the other way round.
    if (stretch === 'after') kept.reverse()
    const leading = hasLeading ? kept.shift()?.id ?? '' : afterPostId ?? beforePostId ?? ''
    const trailing = kept.length > limit ? kept.pop()?.id ?? '' : ''
    if (stretch === 'after') kept.reverse()
    const neighbours = stretch === 'after' ? { nextPostId: trailing, previousPostId: leading } : { nextPostId: leading, previousPostId: trailing }
    return pageOf(firstRelated < 0 ? kept : [...kept, ...rows.slice(firstRelated)], neighbours)
  }

  /** Whether everybody reads the same; collapsed threads tell each reader which ones it follows. */
  const isCommon = ({ page = 0, beforePostId, afterPostId, includeDeleted = false, withoutReplies = false }: ChannelInput): boolean =>
    page === 0 && !beforePostId && !afterPostId && !includeDeleted && !withoutReplies

  return [
    implement(postsListOfChannel, {
      access: (context, { channelId, includeDeleted }) => {
        if (includeDeleted) access.system(context, 'manage_system')
        return access.channel(context, channelId, 'read_channel_content')
      },
      async handle(context, input): Promise<PostPage> {
        const { channelId, limit = standardLimit, since = 0 } = input
        if (since > 0) return complete(context, await readChanges(context, input, since), input)
        const read = (): Promise<PostPage> => readPage(context, input)
        return complete(context, await (isCommon(input) ? newestPages.of(channelId, `${formOf(input)} ${limit}`, read) : read()), input)
      },
    }),
    implement(postsFindByTime, {
      access: (context, { channelId }) => access.channel(context, channelId, 'read_channel_content'),
      async handle(_context, { channelId, at }) {
        const [row] = await db.hot<{ id: string }>({ ...selectByTime, values: [channelId, at] })
        return { postId: row?.id ?? '' }
      },
    }),
    implement(postsListUnread, {
      async access(context, { userId, channelId }) {
        await access.self(context, userId, 'edit_other_users')
        return access.channel(context, channelId, 'read_channel_content')
      },
      async handle(context, input): Promise<PostPage> {
        const { userId, channelId, limitBefore = 60, limitAfter = 60 } = input
        const rows = await readRows({ stretch: 'unread', threads: formOf(input), includesDeleted: false, isPaged: false }, [channelId, userId, limitBefore + 1, limitAfter + 1])
        const own = rows.filter((row) => !row.isRelated)
        const pivotAt = own[0]?.pivotAt ?? 0
        const unreadCount = own.filter((row) => row.createAt >= pivotAt).length
        const next = unreadCount > limitAfter ? own.shift() : undefined
        const previous = own.length - Math.min(unreadCount, limitAfter) > limitBefore ? own.pop() : undefined
        return complete(context, pageOf([...own, ...rows.filter((row) => row.isRelated)], { nextPostId: next?.id ?? '', previousPostId: previous?.id ?? '' }), input)
      },
    }),
  ]
}
