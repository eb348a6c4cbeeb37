import {
  RookeryError, postsListByIds, postsListFlagged, postsListOfChannel, postsListOfThread, postsListPinned, postsListUnread,
} from '@rookery/sdk/protocol'
import { Json, remembered } from '../json.ts'
import { get, post, Reply, textsBody, type Call, type Query, type Route } from '../route.ts'
import { hasWordsOfReader, listTag, postListShape, postShape } from '../shapes/post.ts'

type Lists = Parameters<typeof postListShape>[0]

/** The newest page of a channel is the same object for all who read it until it changes. */
const forAll = remembered((list: Lists): Reply => new Reply(new Json(postListShape(list, '')), { headers: { ETag: listTag(list) } }))
/** By language. */
const byLocale = remembered((_list: Lists) => new Map<string, Reply>())
const isWorded = remembered(({ posts, related = [] }: Lists): boolean => posts.some(hasWordsOfReader) || related.some(hasWordsOfReader))
const tagged = (list: Lists, { locale }: Call['context']): Reply => {
  if (!isWorded(list)) return forAll(list)
  const known = byLocale(list)
  const reply = known.get(locale) ?? new Reply(new Json(postListShape(list, locale)), { headers: { ETag: listTag(list).replace(/"$/, `.${locale}"`) } })
  known.set(locale, reply)
  return reply
}

const threadForm = (query: Query) => ({
  withoutReplies: query.flag('collapsedThreads'), withParticipants: query.flag('collapsedThreadsExtended'), withThreads: !query.flag('skipFetchThreads'),
})

/** A number that must be one where it is given. */
function moment(query: Query, name: string): number {
  const text = query.text(name)
  if (text === undefined) return 0
  if (!/^\d{1,15}$/.test(text)) throw new RookeryError('invalid_input', { field: name, reason: 'it must be a number of milliseconds' })
  return Number(text)
}

/** Lists of posts: history, threads, pinned and saved ones. */
export const postListRoutes: readonly Route[] = [
  get('/channels/{channel_id}/posts', async ({ context, run, params, query }) => {
    const { page, perPage } = query.page()
    const before = query.text('before')
    const after = query.text('after')
    return tagged(await run(postsListOfChannel, {
      channelId: params['channel_id'] as string, page, limit: perPage, since: moment(query, 'since'),
      ...(before && { beforePostId: before }), ...(after && { afterPostId: after }), includeDeleted: query.flag('include_deleted'), ...threadForm(query),
    }), context)
  }),
  get('/users/{user_id}/channels/{channel_id}/posts/unread', async ({ context, run, params, query }) => {
    const limitBefore = query.integer('limit_before', { standard: 60, maximum: 200 })
    const limitAfter = query.integer('limit_after', { standard: 60, maximum: 200 })
    if (limitAfter === 0) throw new RookeryError('invalid_address_part', { field: 'limitAfter', reason: 'it must be at least 1' })
    return tagged(await run(postsListUnread, {
      userId: params['user_id'] as string, channelId: params['channel_id'] as string, limitBefore, limitAfter, ...threadForm(query),
    }), context)
  }),
  get('/posts/{post_id}/thread', async ({ context, run, params, query }) => {
    const perPage = query.text('perPage')
    if (perPage !== undefined && (!/^\d{1,9}$/.test(perPage) || Number(perPage) > 200)) throw new RookeryError('invalid_input', { field: 'perPage', reason: 'it must be a number up to 200' })
    const fromPostId = query.text('fromPost')
    const direction = query.text('direction')
    return tagged(await run(postsListOfThread, {
      postId: params['post_id'] as string, limit: Number(perPage ?? 0), fromCreateAt: moment(query, 'fromCreateAt'), fromUpdateAt: moment(query, 'fromUpdateAt'),
      ...(fromPostId && { fromPostId }), ...(direction && { direction: direction as 'up' }), updatesOnly: query.flag('updatesOnly'),
      withoutReplies: query.flag('collapsedThreads'), withParticipants: query.flag('collapsedThreadsExtended'),
    }), context)
  }),
  get('/channels/{channel_id}/pinned', async ({ context, run, params }) => tagged({ posts: await run(postsListPinned, { channelId: params['channel_id'] as string }) }, context)),
  get('/users/{user_id}/posts/flagged', async ({ context, run, params, query }) => {
    const teamId = query.text('team_id')
    const channelId = query.text('channel_id')
    return postListShape({ posts: await run(postsListFlagged, { userId: params['user_id'] as string, ...(teamId && { teamId }), ...(channelId && { channelId }), ...query.page() }) }, context.locale)
  }),
  post('/posts/ids', async ({ context, run, body }) => (await run(postsListByIds, { postIds: textsBody(body, 'post_ids') })).map((found) => postShape(found, context.locale))),
]
