import type { Post } from '@rookery/sdk/protocol'

/** A row of a list of messages. */
export type Entry =
  | { readonly kind: 'post', readonly key: string, readonly post: Post, readonly isContinued: boolean }
  | { readonly kind: 'day', readonly key: string, readonly at: number }
  | { readonly kind: 'unread', readonly key: string }

/** Posts of one author so close together read as one. */
const continuedMs = 5 * 60_000

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

/** Posts in their order with the lines between them: one for each day, one before what is unread. */
export function entriesOf(posts: readonly Post[], { unreadFrom }: { unreadFrom?: number | undefined } = {}): Entry[] {
  const entries: Entry[] = []
  let before: Post | undefined
  let isLineDrawn = unreadFrom === undefined
  for (const post of posts) {
    const isNewDay = !before || dayOf(before.createAt) !== dayOf(post.createAt)
    if (isNewDay) entries.push({ kind: 'day', key: `day-${dayOf(post.createAt)}`, at: post.createAt })
    const isFirstUnread = !isLineDrawn && post.createAt > (unreadFrom ?? 0)
    if (isFirstUnread) {
      isLineDrawn = true
      entries.push({ kind: 'unread', key: 'unread' })
    }
    const isContinued = !isNewDay && !isFirstUnread && before !== undefined && before.userId === post.userId && post.createAt - before.createAt < continuedMs
      && before.type === '' && post.type === '' && post.replyCount === 0 && before.replyCount === 0
    entries.push({ kind: 'post', key: post.id, post, isContinued })
    before = post
  }
  return entries
}
