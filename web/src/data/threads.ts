import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  postCreated, threadFollowChanged, threadReadChanged, threadsAllRead, threadsGet, threadsList, threadsMarkAllRead, threadsMarkRead, threadsMarkUnread, threadsSetFollowing,
  type Thread, type ThreadPage,
} from '@rookery/sdk/protocol'
import { useServer } from './client.ts'
import { usePosts } from './posts/posts.ts'
import { useMyId } from './session.ts'
import { useUsers } from './users.ts'

export interface ThreadTotals { readonly unreadThreads: number, readonly unreadMentions: number }

/** Threads that whoever is signed in follows. The posts themselves are in the store of posts. */
export const useThreads = defineStore('threads', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const posts = usePosts()
  const people = useUsers()
  const threads = shallowReactive(new Map<string, Thread>())
  /** By team. */
  const totals = shallowReactive(new Map<string, ThreadTotals>())

  const take = ({ threads: told, users }: Pick<ThreadPage, 'threads' | 'users'>): void => {
    people.take(...users)
    posts.take(told.map(({ post }) => post))
    for (const thread of told) threads.set(thread.id, thread)
  }
  const loadTotals = async (teamId: string): Promise<void> => {
    const { totalUnreadThreads, totalUnreadMentions } = await client.run(threadsList, { userId: myId(), teamId, part: 'totals' })
    totals.set(teamId, { unreadThreads: totalUnreadThreads, unreadMentions: totalUnreadMentions })
  }
  /** A page of the inbox, the latest reply first; answers the ids in order. */
  const list = async (teamId: string, { beforeThreadId, onlyUnread = false, limit = 30 }: { beforeThreadId?: string, onlyUnread?: boolean, limit?: number } = {}): Promise<string[]> => {
    const page = await client.run(threadsList, { userId: myId(), teamId, limit, onlyUnread, withParticipants: true, ...(beforeThreadId && { beforeThreadId }) })
    take(page)
    totals.set(teamId, { unreadThreads: page.totalUnreadThreads, unreadMentions: page.totalUnreadMentions })
    return page.threads.map(({ id }) => id)
  }
  const get = async (teamId: string, threadId: string): Promise<void> => {
    const { thread, users } = await client.run(threadsGet, { userId: myId(), teamId, threadId, withParticipants: true })
    take({ threads: [thread], users })
  }
  const setFollowing = async (teamId: string, threadId: string, isFollowing: boolean): Promise<void> => {
    await client.run(threadsSetFollowing, { userId: myId(), teamId, threadId, isFollowing })
  }
  const markRead = async (teamId: string, threadId: string, viewedAt = Date.now()): Promise<void> => {
    const { thread, users } = await client.run(threadsMarkRead, { userId: myId(), teamId, threadId, viewedAt })
    take({ threads: [thread], users })
  }
  const markUnread = async (teamId: string, threadId: string, postId: string): Promise<void> => {
    const { thread, users } = await client.run(threadsMarkUnread, { userId: myId(), teamId, threadId, postId })
    take({ threads: [thread], users })
  }
  const markAllRead = async (teamId: string): Promise<void> => { await client.run(threadsMarkAllRead, { userId: myId(), teamId }) }

  /** Threads of direct channels count in every team. */
  const recount = (teamId: string): void => { for (const known of teamId ? [teamId] : [...totals.keys()]) if (totals.has(known)) loadTotals(known).catch(() => {}) }

  live.on(postCreated, ({ post, root, channel, followers }) => {
    const mine = followers.find(({ userId }) => userId === myId())
    if (!root || !mine) return
    const known = threads.get(root.id)
    if (known) {
      threads.set(root.id, {
        ...known, post: root, replyCount: root.replyCount, lastReplyAt: root.lastReplyAt, isFollowing: true, lastViewedAt: mine.lastViewedAt,
        unreadReplies: mine.unreadReplies, unreadMentions: mine.unreadMentions, participants: [...known.participants.filter((id) => id !== post.userId), post.userId],
      })
    }
    recount(channel.teamId)
  })
  live.on(threadReadChanged, ({ threadId, teamId, userId, viewedAt, unreadReplies, unreadMentions }) => {
    if (userId !== myId()) return
    const known = threads.get(threadId)
    if (known) threads.set(threadId, { ...known, lastViewedAt: viewedAt, unreadReplies, unreadMentions })
    recount(teamId)
  })
  live.on(threadFollowChanged, ({ threadId, teamId, userId, isFollowing }) => {
    if (userId !== myId()) return
    const known = threads.get(threadId)
    if (known) threads.set(threadId, { ...known, isFollowing })
    const root = posts.posts.get(threadId)
    if (root) posts.posts.set(threadId, { ...root, isFollowing })
    recount(teamId)
  })
  live.on(threadsAllRead, ({ teamId, userId, viewedAt }) => {
    if (userId !== myId()) return
    for (const [id, thread] of threads) if (thread.teamId === teamId || thread.teamId === '') threads.set(id, { ...thread, lastViewedAt: viewedAt, unreadReplies: 0, unreadMentions: 0 })
    recount(teamId)
  })
  return { threads, totals, loadTotals, list, get, setFollowing, markRead, markUnread, markAllRead }
})
