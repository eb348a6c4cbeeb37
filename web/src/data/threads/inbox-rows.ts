import type { Thread } from '@rookery/sdk/protocol'
import { isThreadUnread } from './thread-changes.ts'

export interface WantedThreads { readonly teamId: string, readonly onlyUnread: boolean, readonly listed: ReadonlySet<string>, readonly newestAt: number }

/**
 * The threads of an inbox, the latest reply first: those that were listed and those that got a reply since. What is read
 * meanwhile stays where it is, so that nothing goes away under the pointer.
 */
export function inboxOf(threads: Iterable<Thread>, { teamId, onlyUnread, listed, newestAt }: WantedThreads): Thread[] {
  return [...threads].filter((thread) => thread.isFollowing && (thread.teamId === teamId || thread.teamId === '') && thread.replyCount > 0
    && (listed.has(thread.id) || (thread.lastReplyAt > newestAt && (!onlyUnread || isThreadUnread(thread)))))
    .sort((a, b) => b.lastReplyAt - a.lastReplyAt)
}
