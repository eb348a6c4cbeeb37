import { postsListOfChannel, postsListUnread, type Post, type PostPage } from '@rookery/sdk/protocol'
import { implement, type AnyImplementation, type Context } from '../../operations/index.ts'
import type { ChatParts } from '../parts.ts'
import { historyStatement, type ThreadForm } from './history-statements.ts'
import type { PostExtras } from './post-extras.ts'
import { toPost, withoutContent, type PostRow } from './post-rows.ts'

interface HistoryRow extends PostRow { readonly isRelated: boolean, readonly pivotAt?: number }
interface ThreadFormInput { withoutReplies?: boolean, withThreads?: boolean, withParticipants?: boolean }
interface Neighbours { nextPostId?: string, previousPostId?: string }

const formOf = ({ withoutReplies, withThreads }: ThreadFormInput): ThreadForm => (withoutReplies ? 'collapsed' : withThreads ? 'threads' : 'roots')

/** Channels' history: one statement per read, by the index of the channel's moments. */
export function createHistory({ db, access, extras }: Pick<ChatParts, 'db' | 'access'> & { readonly extras: PostExtras }): AnyImplementation[] {
  const actorId = (context: Context): string => (context.actor.kind === 'user' ? context.actor.userId : '')

  const pageOf = async (context: Context, rows: readonly HistoryRow[], input: ThreadFormInput, { nextPostId = '', previousPostId = '' }: Neighbours): Promise<PostPage> => {
    const posts: Post[] = []
    const related: Post[] = []
    for (const row of rows) (row.isRelated ? related : posts).push(row.deleteAt > 0 ? withoutContent(toPost(row)) : toPost(row))
    const users = input.withoutReplies && input.withParticipants ? await extras.participants(context, posts) : []
    return { posts: await extras.complete(context, posts), related: await extras.complete(context, related), nextPostId, previousPostId, users }
  }

  return [
    implement(postsListOfChannel, {
      access: (context, { channelId, includeDeleted }) => {
        if (includeDeleted) access.system(context, 'manage_system')
        return access.channel(context, channelId, 'read_channel_content')
      },
      async handle(context, input): Promise<PostPage> {
        const { channelId, limit = 60, page = 0, since = 0, beforePostId, afterPostId, includeDeleted: includesDeleted = false } = input
        const threads = formOf(input)
        if (since > 0) {
          const rows = await db.hot<HistoryRow>({ ...historyStatement({ stretch: 'since', threads, includesDeleted: true, isPaged: false }), values: [channelId, actorId(context), since] })
          return pageOf(context, rows, input, {})
        }
        const stretch = afterPostId ? 'after' : beforePostId ? 'before' : 'newest'
        // One more row at either end names the neighbours, so nothing is asked twice.
        const hasLeading = page > 0
        const values = [channelId, actorId(context), limit + (hasLeading ? 2 : 1), Math.max(page * limit - 1, 0), ...(stretch === 'newest' ? [] : [afterPostId ?? beforePostId])]
        const rows = await db.hot<HistoryRow>({ ...historyStatement({ stretch, threads, includesDeleted, isPaged: hasLeading }), values })
        const firstRelated = rows.findIndex((row) => row.isRelated)
        const own = firstRelated < 0 ? rows : rows.slice(0, firstRelated)
        const kept = [...own]
        // Rows are newest first; a stretch after a post was read the other way round.
        if (stretch === 'after') kept.reverse()
        const leading = hasLeading ? kept.shift()?.id ?? '' : afterPostId ?? beforePostId ?? ''
        const trailing = kept.length > limit ? kept.pop()?.id ?? '' : ''
        if (stretch === 'after') kept.reverse()
        const neighbours = stretch === 'after' ? { nextPostId: trailing, previousPostId: leading } : { nextPostId: leading, previousPostId: trailing }
        return pageOf(context, firstRelated < 0 ? kept : [...kept, ...rows.slice(firstRelated)], input, neighbours)
      },
    }),
    implement(postsListUnread, {
      async access(context, { userId, channelId }) {
        await access.self(context, userId, 'edit_other_users')
        return access.channel(context, channelId, 'read_channel_content')
      },
      async handle(context, input): Promise<PostPage> {
        const { userId, channelId, limitBefore = 60, limitAfter = 60 } = input
        const rows = await db.hot<HistoryRow>({
          ...historyStatement({ stretch: 'unread', threads: formOf(input), includesDeleted: false, isPaged: false }), values: [channelId, userId, limitBefore + 1, limitAfter + 1],
        })
        const own = rows.filter((row) => !row.isRelated)
        const pivotAt = own[0]?.pivotAt ?? 0
        const unreadCount = own.filter((row) => row.createAt >= pivotAt).length
        const next = unreadCount > limitAfter ? own.shift() : undefined
        const previous = own.length - Math.min(unreadCount, limitAfter) > limitBefore ? own.pop() : undefined
        return pageOf(context, [...own, ...rows.filter((row) => row.isRelated)], input, { nextPostId: next?.id ?? '', previousPostId: previous?.id ?? '' })
      },
    }),
  ]
}
