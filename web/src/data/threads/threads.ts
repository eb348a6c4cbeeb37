import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import {
  postCreated, postDeleted, postUpdated, threadFollowChanged, threadReadChanged, threadsAllRead, threadsCountMentions, threadsGet, threadsList, threadsMarkAllRead, threadsMarkRead, threadsMarkUnread, threadsSetFollowing,
  type Thread, type ThreadPage,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'
import { usePosts } from '../posts/posts.ts'
import { useMyId } from '../session.ts'
import { useUsers } from '../users.ts'
import { sumOfMentions, threadWithRead, threadWithReply } from './thread-changes.ts'

/** A burst of replies is counted once. */
const recountMs = 300

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

  /** Unread mentions in threads by team, then by channel. */
  const mentionCounts = shallowReactive(new Map<string, Readonly<Record<string, number>>>())
  const allMentions = computed(() => sumOfMentions(mentionCounts.values()))

  const take = ({ threads: told, users }: Pick<ThreadPage, 'threads' | 'users'>): void => {
    people.take(...users)
    posts.take(told.map(({ post }) => post))
    for (const thread of told) threads.set(thread.id, thread)
  }
  const loadTotals = async (teamId: string): Promise<void> => {
    const [{ totalUnreadThreads, totalUnreadMentions }, mentions] = await Promise.all([
      client.run(threadsList, { userId: myId(), teamId, part: 'totals' }), client.run(threadsCountMentions, { userId: myId(), teamId }),
    ])
    mentionCounts.set(teamId, mentions)
    totals.set(teamId, { unreadThreads: totalUnreadThreads, unreadMentions: totalUnreadMentions })
  }
  /** After a gap: of all teams of which they are known. */
  const renewTotals = async (): Promise<void> => { await Promise.all([...totals.keys()].map(loadTotals)) }
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
  /** Replies up to the moment, in the server's time, are read; later ones are not. */
  const markRead = async (teamId: string, threadId: string, viewedAt: number): Promise<void> => {
    const { thread, users } = await client.run(threadsMarkRead, { userId: myId(), teamId, threadId, viewedAt })
    take({ threads: [thread], users })
  }
  const markUnread = async (teamId: string, threadId: string, postId: string): Promise<void> => {
    const { thread, users } = await client.run(threadsMarkUnread, { userId: myId(), teamId, threadId, postId })
    take({ threads: [thread], users })
  }
  const markAllRead = async (teamId: string): Promise<void> => { await client.run(threadsMarkAllRead, { userId: myId(), teamId }) }

  const due = new Set<string>()
  /** Threads of direct channels count in every team. */
  const recount = (teamId: string): void => {
    if (due.size === 0) {
      setTimeout(() => {
        for (const known of due) loadTotals(known).catch(() => {})
        due.clear()
      }, recountMs)
    }
    for (const known of teamId ? [teamId] : totals.keys()) due.add(known)
  }

  live.on(postCreated, (event) => {
    const { root, channel, participants, followers } = event
    if (!root || !followers.some(({ userId }) => userId === myId())) return
    people.take(...participants)
    const thread = threadWithReply(threads.get(root.id), event, myId())
    if (thread) threads.set(root.id, thread)
    recount(channel.teamId)
  })
  live.on(postUpdated, ({ post }) => {
    const known = threads.get(post.id)
    if (known) threads.set(post.id, { ...known, post })
  })
  live.on(postDeleted, ({ post }) => {
    const known = threads.get(post.rootId || post.id)
    if (!known) return
    if (post.rootId === '') threads.delete(post.id)
    else get(known.teamId || ([...totals.keys()][0] ?? ''), known.id).catch(() => { threads.delete(known.id) })
    recount(known.teamId)
  })
  live.on(threadReadChanged, (told) => {
    if (told.userId !== myId()) return
    const known = threads.get(told.threadId)
    if (known) threads.set(told.threadId, threadWithRead(known, told))
    recount(told.teamId)
  })
  live.on(threadFollowChanged, ({ threadId, teamId, userId, isFollowing }) => {
    if (userId !== myId()) return
    const known = threads.get(threadId)
    if (known) threads.set(threadId, { ...known, isFollowing })
    else if (isFollowing) get(teamId || ([...totals.keys()][0] ?? ''), threadId).catch(() => {})
    const root = posts.posts.get(threadId)
    if (root) posts.posts.set(threadId, { ...root, isFollowing })
    recount(teamId)
  })
  live.on(threadsAllRead, ({ teamId, userId, viewedAt }) => {
    if (userId !== myId()) return
    for (const [id, thread] of threads) if (thread.teamId === teamId || thread.teamId === '') threads.set(id, { ...thread, lastViewedAt: viewedAt, unreadReplies: 0, unreadMentions: 0 })
    recount(teamId)
  })
  return { threads, totals, allMentions, loadTotals, renewTotals, list, get, setFollowing, markRead, markUnread, markAllRead }
})
