import type { Post, PostPage } from '@rookery/sdk/protocol'

/**
 * A stretch of a channel or thread without holes: the ids of its posts, oldest first. What lies beyond either end is
 * read when somebody scrolls there. All functions answer a new timeline, or the same where nothing changed.
 */
export interface Timeline {
  readonly postIds: readonly string[]
  readonly hasOlder: boolean
  /** True where the stretch does not reach the present: new posts belong beyond it. */
  readonly hasNewer: boolean
}

type Stretch = Pick<PostPage, 'posts' | 'nextPostId' | 'previousPostId'>
type CreateAtOf = (postId: string) => number

const idsOf = ({ posts }: Pick<PostPage, 'posts'>): string[] => posts.map(({ id }) => id).reverse()

export const fromPage = (page: Stretch): Timeline => ({ postIds: idsOf(page), hasOlder: page.previousPostId !== '', hasNewer: page.nextPostId !== '' })

/** The page lies before the timeline's first post. */
export function withOlder(timeline: Timeline, page: Stretch): Timeline {
  const known = new Set(timeline.postIds)
  return { ...timeline, postIds: [...idsOf(page).filter((id) => !known.has(id)), ...timeline.postIds], hasOlder: page.previousPostId !== '' }
}

/** The page lies behind the timeline's last post. */
export function withNewer(timeline: Timeline, page: Stretch): Timeline {
  const known = new Set(timeline.postIds)
  return { ...timeline, postIds: [...timeline.postIds, ...idsOf(page).filter((id) => !known.has(id))], hasNewer: page.nextPostId !== '' }
}

/** A post that was just written; nearly always it is the last. */
export function withCreated(timeline: Timeline, { id, createAt }: Pick<Post, 'id' | 'createAt'>, createAtOf: CreateAtOf): Timeline {
  const { postIds, hasNewer } = timeline
  if (hasNewer || postIds.includes(id)) return timeline
  let place = postIds.length
  while (place > 0 && createAtOf(postIds[place - 1] as string) > createAt) place -= 1
  return { ...timeline, postIds: [...postIds.slice(0, place), id, ...postIds.slice(place)] }
}

/** The end of a timeline that reaches the present, and what fell away. */
export function withEnd(timeline: Timeline, maximum: number): { readonly timeline: Timeline, readonly forgotten: readonly string[] } {
  const { postIds, hasNewer } = timeline
  if (hasNewer || postIds.length <= maximum) return { timeline, forgotten: [] }
  return { timeline: { ...timeline, postIds: postIds.slice(-maximum), hasOlder: true }, forgotten: postIds.slice(0, -maximum) }
}

export function withoutPost(timeline: Timeline, postId: string): Timeline {
  return timeline.postIds.includes(postId) ? { ...timeline, postIds: timeline.postIds.filter((id) => id !== postId) } : timeline
}

/** The server tells at most so many changes; where there are as many, some are missing. */
export const maximumChanges = 1000

/** What changed while nobody listened: posts written, edited and deleted. Undefined where the changes cannot be all. */
export function withChanges(timeline: Timeline, changed: readonly Post[], createAtOf: CreateAtOf): Timeline | undefined {
  if (changed.length >= maximumChanges) return undefined
  const first = timeline.postIds[0]
  // An edited post that lies before the stretch is none of its posts.
  const from = timeline.hasOlder && first ? createAtOf(first) : 0
  return [...changed].sort((a, b) => a.createAt - b.createAt).reduce((before, post) => (
    post.deleteAt > 0 ? withoutPost(before, post.id) : post.createAt < from ? before : withCreated(before, post, createAtOf)), timeline)
}
