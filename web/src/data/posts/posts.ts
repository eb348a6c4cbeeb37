import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import {
  ephemeralPosted, postCreated, postDeleted, postsDelete, postsEdit, postsFindByTime, postsGet, postsListOfChannel, postsListOfThread, postsListUnread, postsSetPinned, postUpdated,
  reactionAdded, reactionRemoved, reactionsAdd, reactionsRemove, RookeryError, type InputOf, type Post, type PostPage,
} from '@rookery/sdk/protocol'
import { useServer } from '../client.ts'
import { failureOf } from '../failure.ts'
import { usePlace } from '../place.ts'
import { usePreferences } from '../preferences.ts'
import { useMyId } from '../session.ts'
import { useUsers } from '../users.ts'
import { mergePost, withReaction, withoutReaction } from './post-changes.ts'
import { fromPage, maximumChanges, withChanges, withCreated, withEnd, withNewer, withOlder, withoutPost, type Timeline } from './timeline.ts'

const pageSize = 60
/** A channel that nobody looks at is remembered by its end, and when it has grown to twice as much it is cut again. */
const rememberedPosts = 120
/** Those that were looked at last. */
const rememberedChannels = 60
const collapsed = { withoutReplies: true, withParticipants: true } as const

/** Posts, and the stretches of channels and threads in which they are shown. */
export const usePosts = defineStore('posts', () => {
  const { client, live } = useServer()
  const myId = useMyId()
  const people = useUsers()
  const place = usePlace()
  const preferences = usePreferences()
  const posts = shallowReactive(new Map<string, Post>())
  /** Roots by channel. */
  const channels = shallowReactive(new Map<string, Timeline>())
  /** Replies by root. */
  const threads = shallowReactive(new Map<string, Timeline>())
  /** Up to when the changes of a channel are known, in the server's time. */
  const knownAt = new Map<string, number>()
  /** Up to when they are known without a hole, of channels where one may be: what is told behind a hole does not fill it. */
  const wholeUntil = new Map<string, number>()
  /** How often events were missed for good, and of how many of these times all that they told is here. */
  let [gaps, filledGaps] = [0, 0]
  /** Shown from what was kept, and not yet compared with the server. */
  const stale = new Set<string>()
  /** Of each timeline one page at a time: two that overlap would leave a hole. */
  const loading = new Map<string, Promise<void>>()

  const createAtOf = (postId: string): number => posts.get(postId)?.createAt ?? 0
  /** The post by which a channel shows this one: itself, or what it answers. */
  const rowOf = (postId: string): string => posts.get(postId)?.rootId || postId
  const take = (told: readonly Post[]): void => {
    for (const post of told) {
      posts.set(post.id, mergePost(posts.get(post.id), post))
      knownAt.set(post.channelId, Math.max(knownAt.get(post.channelId) ?? 0, post.updateAt))
    }
  }
  const takePage = (page: PostPage): PostPage => {
    people.take(...page.users)
    take(page.related)
    take(page.posts)
    return page
  }
  const once = (key: string, load: () => Promise<void>): Promise<void> => {
    const running = loading.get(key)
    if (running) return running
    const started = load().finally(() => { loading.delete(key) })
    loading.set(key, started)
    return started
  }

  const noteHole = (channelId: string): void => { if (channels.has(channelId) && !wholeUntil.has(channelId)) wholeUntil.set(channelId, knownAt.get(channelId) ?? 1) }
  /** Read while nobody told of what happens: they may lack what happened until the stream began. */
  const unheard = new Set<string>()
  /** Reads the beginning of a timeline. What happens while it is on its way is told afterwards. */
  const begin = (key: string, read: () => Promise<void>): Promise<void> => once(key, async () => {
    if (!client.isConnected) unheard.add(key)
    const goOn = live.hold()
    try {
      await read()
      wholeUntil.delete(key)
      if (unheard.has(key)) noteHole(key)
    } finally {
      goOn()
    }
  })

  /** Opens a channel: around the first unread post where there is one, else at its end. What is known already stays. */
  const open = (channelId: string): Promise<void> => channels.has(channelId) && !stale.has(channelId) ? Promise.resolve() : begin(channelId, async () => {
    const page = takePage(await client.run(postsListUnread, { userId: myId(), channelId, limitBefore: pageSize, limitAfter: pageSize, ...collapsed }))
    channels.set(channelId, fromPage(page))
    stale.delete(channelId)
  })
  const openAtEnd = (channelId: string): Promise<void> => begin(channelId, async () => {
    channels.set(channelId, fromPage(takePage(await client.run(postsListOfChannel, { channelId, limit: pageSize, ...collapsed }))))
    stale.delete(channelId)
  })
  /** A post with what stands before and after it. A reply stands in its thread: its channel shows what it answers. */
  const readAround = async (channelId: string, postId: string, limits: { older: number, newer: number } = { older: pageSize / 2, newer: pageSize / 2 }): Promise<void> => {
    const rowId = rowOf(postId)
    const [older, newer, post] = await Promise.all([
      client.run(postsListOfChannel, { channelId, beforePostId: rowId, limit: limits.older, ...collapsed }),
      client.run(postsListOfChannel, { channelId, afterPostId: rowId, limit: limits.newer, ...collapsed }),
      client.run(postsGet, { postId: rowId }),
    ])
    // An address may say anything.
    if (post.channelId !== channelId) throw new RookeryError('post_not_found')
    take([post])
    if (post.rootId !== '') return readAround(channelId, postId, limits)
    channels.set(channelId, withNewer(withOlder({ postIds: [rowId], hasOlder: true, hasNewer: true }, takePage(older)), takePage(newer)))
    // Else whoever opens the channel next would read it at its unread end instead.
    stale.delete(channelId)
  }
  /** Opens the stretch around a post: for links, search results and the jump to a date. */
  const openAround = (channelId: string, postId: string): Promise<void> => !stale.has(channelId) && channels.get(channelId)?.postIds.includes(rowOf(postId))
    ? Promise.resolve()
    : begin(channelId, () => readAround(channelId, postId))
  /** The first post of a channel from a moment on, or the last before it; '' in an empty one. */
  const findByTime = async (channelId: string, at: number): Promise<string> => (await client.run(postsFindByTime, { channelId, at })).postId
  // Beyond a stretch that may be old nothing is read: it is brought up to date first.
  const loadOlder = (channelId: string): Promise<void> => stale.has(channelId) ? open(channelId) : once(channelId, async () => {
    const beforePostId = channels.get(channelId)?.postIds[0]
    if (!beforePostId) return
    const page = takePage(await client.run(postsListOfChannel, { channelId, beforePostId, limit: pageSize, ...collapsed }))
    const timeline = channels.get(channelId)
    if (timeline) channels.set(channelId, withOlder(timeline, page))
  })
  const loadNewer = (channelId: string): Promise<void> => stale.has(channelId) ? open(channelId) : once(channelId, async () => {
    const afterPostId = channels.get(channelId)?.postIds.at(-1)
    if (!afterPostId) return
    const page = takePage(await client.run(postsListOfChannel, { channelId, afterPostId, limit: pageSize, ...collapsed }))
    const timeline = channels.get(channelId)
    if (timeline) channels.set(channelId, withNewer(timeline, page))
  })
  const readThread = (rootId: string): Promise<void> => begin(rootId, async () => {
    const { posts: told, users } = await client.run(postsListOfThread, { postId: rootId, withParticipants: true })
    people.take(...users)
    take(told)
    const replies = told.filter((post) => post.id !== rootId).sort((a, b) => a.createAt - b.createAt)
    threads.set(rootId, { postIds: replies.map(({ id }) => id), hasOlder: false, hasNewer: false })
  })
  const openThread = async (rootId: string): Promise<void> => { if (!threads.has(rootId)) await readThread(rootId) }

  /** A stretch of the past, as far as it goes: since it was written more may have happened than the server tells. */
  const readAgain = (channelId: string): Promise<void> => {
    const { postIds } = channels.get(channelId) ?? { postIds: [] }
    const middle = Math.floor(postIds.length / 2)
    const [older, newer] = [middle, postIds.length - 1 - middle].map((limit) => Math.min(Math.max(1, limit), maximumChanges)) as [number, number]
    return once(channelId, () => readAround(channelId, postIds[middle] ?? '', { older, newer })).catch((error: unknown) => {
      if (failureOf(error).isPassing) throw error
      return openAtEnd(channelId)
    })
  }
  const readChanges = async (channelId: string): Promise<void> => {
    const since = Math.max(1, (wholeUntil.get(channelId) ?? knownAt.get(channelId) ?? 1) - 1)
    const page = takePage(await client.run(postsListOfChannel, { channelId, since, ...collapsed }))
    const timeline = channels.get(channelId)
    if (!timeline) return
    const whole = withChanges(timeline, page.posts, createAtOf)
    if (whole) channels.set(channelId, whole)
    else await (timeline.hasNewer ? readAgain(channelId) : openAtEnd(channelId))
  }
  /** Brings the timeline of a channel up to date by what has changed since it was read. */
  const refresh = async (channelId: string): Promise<void> => {
    // What is on its way was perhaps answered too early.
    await loading.get(channelId)?.catch(() => {})
    if (!channels.has(channelId)) return
    if (stale.has(channelId)) return open(channelId)
    const before = gaps
    await (unheard.has(channelId) && channels.get(channelId)?.hasNewer ? readAgain(channelId) : readChanges(channelId))
    if (gaps === before) wholeUntil.delete(channelId)
  }
  const refreshThread = async (rootId: string): Promise<void> => {
    await loading.get(rootId)?.catch(() => {})
    if (threads.has(rootId)) await readThread(rootId)
  }
  /** When the stream begins: whatever was read without it gets what is missing. */
  const complete = async (): Promise<void> => {
    await Promise.all([...unheard].map(async (key) => {
      await Promise.all([refresh(key), refreshThread(key)])
      unheard.delete(key)
    }))
  }

  /**
   * After events were missed for good. The channel and the thread on the screen are brought up to date; all else that was
   * read before is forgotten and read anew when somebody goes there. Where that fails everything stays, to be tried again.
   */
  const catchUp = async (channelId: string | undefined, rootId: string | undefined): Promise<void> => {
    const before = gaps
    const [others, otherThreads] = [[...channels.keys()].filter((id) => id !== channelId), [...threads.keys()].filter((id) => id !== rootId)]
    await Promise.all([channelId && refresh(channelId), rootId && refreshThread(rootId)])
    for (const other of others) {
      channels.delete(other)
      wholeUntil.delete(other)
    }
    for (const other of otherThreads) threads.delete(other)
    for (const key of [...others, ...otherThreads]) unheard.delete(key)
    await complete()
    filledGaps = before
  }
  const noteHoles = (): void => { for (const channelId of channels.keys()) noteHole(channelId) }
  live.onConnection((isConnected) => {
    // Until the stream goes on, answers tell of what lies behind what it would have told.
    if (!isConnected) noteHoles()
    else if (gaps === filledGaps) for (const channelId of [...wholeUntil.keys()]) if (!unheard.has(channelId)) wholeUntil.delete(channelId)
  })
  live.onGap(() => {
    gaps += 1
    noteHoles()
  })

  /** The ends of the channels that were looked at last, to be kept in the browser. */
  const ends = (maximumChannels: number, maximumPosts: number): [string, Post[]][] => [...channels].filter(([, { hasNewer }]) => !hasNewer).slice(-maximumChannels)
    .map(([channelId, { postIds }]) => [channelId, postIds.slice(-maximumPosts).flatMap((id) => posts.get(id) ?? [])])
  /** What was kept may be old: it is shown at once, and brought up to date when its channel is opened. */
  const restore = (told: readonly (readonly [string, readonly Post[]])[]): void => {
    for (const [channelId, kept] of told) {
      if (channels.has(channelId)) continue
      for (const post of kept) posts.set(post.id, post)
      channels.set(channelId, { postIds: kept.map(({ id }) => id), hasOlder: true, hasNewer: false })
      stale.add(channelId)
    }
  }

  /** But for what panels beside the channels may show. */
  const isHeld = (id: string): boolean => threads.has(id) || place.rootId === id || posts.get(id)?.isPinned === true || preferences.get('flagged_post', id) === 'true'
  const forget = (postIds: readonly string[]): void => { for (const id of postIds) if (!isHeld(id)) posts.delete(id) }
  const cut = (channelId: string): void => {
    const timeline = channels.get(channelId)
    if (!timeline) return
    const { timeline: end, forgotten } = withEnd(timeline, rememberedPosts)
    if (forgotten.length === 0) return
    channels.set(channelId, end)
    forget(forgotten)
  }
  const drop = (channelId: string): void => {
    const timeline = channels.get(channelId)
    channels.delete(channelId)
    stale.delete(channelId)
    wholeUntil.delete(channelId)
    forget(timeline?.postIds ?? [])
  }
  /** Nobody looks at this channel any more: its end stays at hand, so that whoever comes back need not wait. */
  const leave = (channelId: string): void => {
    const timeline = channels.get(channelId)
    if (!timeline) return
    // In the midst of the past nobody would look for the present.
    if (timeline.hasNewer) return drop(channelId)
    channels.delete(channelId)
    channels.set(channelId, timeline)
    cut(channelId)
    for (const other of [...channels.keys()].slice(0, -rememberedChannels)) if (other !== place.channelId) drop(other)
  }

  /** A post that this page wrote or read: puts it where it belongs. */
  const put = (post: Post): void => {
    take([post])
    const [stretches, key] = post.rootId === '' ? [channels, post.channelId] : [threads, post.rootId]
    const timeline = stretches.get(key)
    if (timeline) stretches.set(key, withCreated(timeline, post, createAtOf))
    if (timeline && post.channelId !== place.channelId && timeline.postIds.length > 2 * rememberedPosts) cut(post.channelId)
  }
  const remove = (post: Post): void => {
    const [stretches, key] = post.rootId === '' ? [channels, post.channelId] : [threads, post.rootId]
    const timeline = stretches.get(key)
    if (timeline) stretches.set(key, withoutPost(timeline, post.id))
    posts.delete(post.id)
  }
  const read = async (postId: string): Promise<Post> => {
    const post = await client.run(postsGet, { postId })
    take([post])
    return post
  }
  const edit = async (input: InputOf<typeof postsEdit>): Promise<void> => { take([await client.run(postsEdit, input)]) }
  const setPinned = async (postId: string, isPinned: boolean): Promise<void> => { await client.run(postsSetPinned, { postId, isPinned }) }
  const removeForAll = async (postId: string): Promise<void> => { await client.run(postsDelete, { postId }) }
  const react = async (postId: string, emojiName: string): Promise<void> => { await client.run(reactionsAdd, { userId: myId(), postId, emojiName }) }
  const takeReactionBack = async (postId: string, emojiName: string): Promise<void> => { await client.run(reactionsRemove, { userId: myId(), postId, emojiName }) }

  /** An event is the same for all: what a post shows of another is told to each reader by itself. */
  const readPreview = (post: Post): void => {
    if (!posts.has(post.id) || !post.embeds.some((embed) => embed['type'] === 'permalink' && !embed['post'])) return
    // Without it the link still leads there.
    client.run(postsGet, { postId: post.id }).then((whole) => { if (posts.has(whole.id)) take([whole]) }, () => {})
  }
  live.on(postCreated, ({ post, root, participants }) => {
    people.take(...participants)
    // A root that nobody has on the screen is read with its channel.
    if (root && posts.has(root.id)) take([{ ...root, participants: participants.map(({ id }) => id) }])
    if (post.rootId !== '' || channels.has(post.channelId)) put(post)
    readPreview(post)
  })
  live.on(postUpdated, ({ post }) => {
    if (posts.has(post.id)) take([post])
    readPreview(post)
  })
  live.on(postDeleted, ({ post }) => { remove(post) })
  live.on(ephemeralPosted, ({ post }) => { put(post) })
  live.on(reactionAdded, ({ reaction }) => {
    const post = posts.get(reaction.postId)
    if (post) posts.set(post.id, withReaction(post, reaction))
  })
  live.on(reactionRemoved, ({ reaction }) => {
    const post = posts.get(reaction.postId)
    if (post) posts.set(post.id, withoutReaction(post, reaction))
  })

  return { posts, channels, threads, rowOf, open, openAtEnd, openAround, findByTime, loadOlder, loadNewer, openThread, catchUp, complete, ends, restore, leave, place: put, dismiss: remove, read, edit, setPinned, removeForAll, react, takeReactionBack, take }
})
