import type { Post } from '@rookery/sdk/protocol'
import type { OutgoingPost } from '../../data/index.ts'
import type { Calendar } from '../../locales/index.ts'
import { isComing } from './crowd.ts'

/** A row of a list of messages. */
export type Entry =
  | { readonly kind: 'start', readonly key: string, readonly at: number }
  | { readonly kind: 'post', readonly key: string, readonly at: number, readonly post: Post, readonly isContinued: boolean }
  /** Comings and goings in a row: one line says them all; opened, each is a row below it. */
  | { readonly kind: 'crowd', readonly key: string, readonly at: number, readonly posts: readonly Post[], readonly isOpen: boolean }
  | { readonly kind: 'outgoing', readonly key: string, readonly at: number, readonly post: OutgoingPost, readonly isContinued: boolean }
  | { readonly kind: 'day', readonly key: string, readonly at: number }
  /** `isNewDay`: a day begins with it, and one line says both. */
  | { readonly kind: 'unread', readonly key: string, readonly at: number, readonly isNewDay: boolean }

/** Posts of one author so close together read as one. */
const continuedMs = 5 * 60_000

/** Midnight before a moment. Of moments in a row most are of the same day: only a new one costs a look at the calendar. */
function createDays({ rangeOf }: Pick<Calendar, 'rangeOf'>): (at: number) => number {
  let [from, until] = [0, 0]
  return (at) => {
    if (at < from || at >= until) [from, until] = rangeOf(at)
    return from
  }
}

export interface EntryOptions {
  /** When the last post was read; what is newer stands below a line. */
  readonly unreadFrom?: number | undefined
  /** Whoever reads: a line before one's own posts would say nothing. */
  readonly readerId?: string | undefined
  readonly outgoing?: readonly OutgoingPost[]
  /** Whether the list reaches back to the beginning of the channel. */
  readonly hasStart?: boolean
  /** Whether those who came and went in a row stand one by one; without it all do, and nothing says them together. */
  readonly isOpen?: (posts: readonly Post[]) => boolean
  /** The days of the reader. */
  readonly calendar: Pick<Calendar, 'rangeOf'>
}

/** Posts in their order with the lines between them: one for each day, one before what is unread. */
export function entriesOf(posts: readonly Post[], { unreadFrom, readerId, outgoing = [], hasStart = false, isOpen, calendar }: EntryOptions): Entry[] {
  const entries: Entry[] = hasStart ? [{ kind: 'start', key: 'start', at: posts[0]?.createAt ?? 0 }] : []
  const dayOf = createDays(calendar)
  let before: { userId: string, at: number, day: number, mayContinue: boolean } | undefined
  let isLineDrawn = unreadFrom === undefined
  for (const post of posts) {
    const { createAt: at, userId } = post
    const day = dayOf(at)
    const isNewDay = before?.day !== day
    const isFirstUnread = !isLineDrawn && at > (unreadFrom ?? 0) && userId !== readerId
    if (isFirstUnread) {
      isLineDrawn = true
      entries.push({ kind: 'unread', key: 'unread', at, isNewDay })
    } else if (isNewDay) entries.push({ kind: 'day', key: `day-${day}`, at })
    const mayContinue = post.type === '' && post.replyCount === 0 && !post.props['override_username']
    const isContinued = !isNewDay && !isFirstUnread && mayContinue && !post.isPinned && before !== undefined && before.mayContinue && before.userId === userId && at - before.at < continuedMs
    entries.push({ kind: 'post', key: post.id, at, post, isContinued })
    before = { userId, at, day, mayContinue }
  }
  for (const post of outgoing) {
    const at = post.writtenAt
    const isContinued = before !== undefined && before.mayContinue && before.userId === readerId && at - before.at < continuedMs
    entries.push({ kind: 'outgoing', key: post.pendingId, at, post, isContinued })
    before = { userId: readerId ?? '', at, day: dayOf(at), mayContinue: true }
  }
  return isOpen ? withCrowds(entries, isOpen) : entries
}

/** Rows that the arrows lead to, and that tell where a list goes on. */
export const isRow = ({ kind }: Entry): boolean => kind === 'post' || kind === 'crowd'

/** Lines between rows end a crowd: it is of one day, and on one side of what is unread. */
function withCrowds(entries: readonly Entry[], isOpen: (posts: readonly Post[]) => boolean): Entry[] {
  const folded: Entry[] = []
  let crowd: (Entry & { kind: 'post' })[] = []
  const endCrowd = (): void => {
    const [first, second] = crowd
    const posts = crowd.map(({ post }) => post)
    const isFolded = second !== undefined && !isOpen(posts)
    // Its key stays when others come after them.
    if (first && second) folded.push({ kind: 'crowd', key: `crowd-${first.key}`, at: first.at, posts, isOpen: !isFolded })
    if (!isFolded) folded.push(...crowd)
    crowd = []
  }
  for (const entry of entries) {
    if (entry.kind === 'post' && isComing(entry.post)) crowd.push(entry)
    else {
      endCrowd()
      folded.push(entry)
    }
  }
  endCrowd()
  return folded
}

/** Where a post stands: itself, or the crowd that it is part of; -1 where it does not. */
export function placeOf(entries: readonly Entry[], postId: string): number {
  const place = entries.findIndex(({ kind, key }) => kind === 'post' && key === postId)
  return place === -1 ? entries.findIndex((entry) => entry.kind === 'crowd' && entry.posts.some(({ id }) => id === postId)) : place
}

/** How many rows were put before those that were there: the list keeps its place by it. 0 where it changed otherwise. */
export function countPrepended(before: readonly Entry[], after: readonly Entry[]): number {
  const firstPost = before.find(isRow)
  const last = before.at(-1)
  if (!firstPost || !last || after.length <= before.length || after.at(-1)?.key !== last.key) return 0
  return after[before.indexOf(firstPost)]?.key === firstPost.key ? 0 : after.length - before.length
}

/** Of so many rows at the end one is looked for that was there before: what is being sent changes its key. */
const lookedAt = 8

/** How many rows came after those that were there; all of them where the end is elsewhere altogether. */
export function countAppended(before: readonly Entry[], after: readonly Entry[]): number {
  for (const { key } of before.slice(-lookedAt).reverse()) {
    const place = after.findLastIndex((entry) => entry.key === key)
    if (place !== -1) return after.length - 1 - place
  }
  return after.length
}

/** So few rows are measured one by one. */
const few = 3

/** Whether so much came that it may fill the window at its end: behind what was there, or before it where that was short. */
export const hasGrownMuch = (before: readonly Entry[], after: readonly Entry[]): boolean => after.length > before.length + few || countAppended(before, after) > few
