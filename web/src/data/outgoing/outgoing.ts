import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { createBackOff } from '@rookery/sdk/client'
import { postsCreate, type Post } from '@rookery/sdk/protocol'
import type { Attachment } from '../attachments/attachment.ts'
import { useAttachments } from '../attachments/attachments.ts'
import { useServer } from '../client.ts'
import { failureOf, NotKeptError } from '../failure.ts'
import { useKept } from '../kept/kept.ts'
import { usePosts } from '../posts/posts.ts'
import { randomId } from '../random-id.ts'
import { useMyId } from '../session.ts'
import { createTabs } from '../tabs.ts'
import type { OutgoingPost } from './outgoing-post.ts'
import { createOutgoingStorage } from './outgoing-storage.ts'
import { createSender, type Sender } from './sender.ts'

export interface Writing { readonly channelId: string, readonly rootId?: string, readonly message: string, readonly files?: readonly Attachment[], readonly props?: Readonly<Record<string, unknown>> }

/** Posts that were written here and have not arrived: kept in the browser first, then shown, then sent. */
export const useOutgoing = defineStore('outgoing', () => {
  const { client, live } = useServer()
  const kept = useKept()
  const posts = usePosts()
  const attachments = useAttachments()
  const myId = useMyId()
  const waiting = shallowRef<readonly OutgoingPost[]>([])
  const hasStarted = ref(false)
  const storage = createOutgoingStorage(() => kept.database())
  let wake = (): void => {}
  let stop = (): void => {}

  const reload = async (): Promise<void> => { waiting.value = await storage.list().catch(() => []) }
  const send = async ({ channelId, rootId, message, files, props, pendingId }: OutgoingPost): Promise<Post> => {
    const fileIds = await Promise.all(files.map(({ key, fileId }) => fileId || attachments.ensure(key)))
    const post = await client.run(postsCreate, { channelId, rootId, message, fileIds, props: { ...props }, pendingPostId: pendingId })
    for (const { key } of files) if (key) void attachments.remove(key)
    return post
  }

  /** Once somebody is signed in: shows what waits, and sends it where this tab leads. */
  const start = async (): Promise<void> => {
    stop()
    const tabs = createTabs(`rookery.outgoing.${myId()}`)
    const backOff = createBackOff({ minimumMs: 1000, maximumMs: 20_000 })
    let sender: Sender | undefined
    const giveUp = tabs.lead(() => {
      const leading = sender = createSender({
        storage, send, nextDelayMs: () => backOff.next(), onSuccess: () => { backOff.reset() },
        onChange(arrived) {
          if (arrived) posts.place(arrived)
          void reload()
          tabs.tell('changed')
        },
      })
      leading.wake()
      return () => { leading.stop() }
    })
    tabs.on('changed', () => { void reload() })
    tabs.on('wake', () => {
      void reload()
      sender?.wake()
    })
    wake = () => {
      sender?.wake()
      tabs.tell('wake')
    }
    stop = () => {
      giveUp()
      tabs.close()
      wake = () => {}
      waiting.value = []
    }
    await reload()
    hasStarted.value = true
  }

  const write = async ({ channelId, rootId = '', message, files = [], props = {} }: Writing): Promise<void> => {
    const post: OutgoingPost = { pendingId: `${myId()}:${randomId(26)}`, channelId, rootId, message, files, props, writtenAt: Date.now(), failure: null }
    try {
      await storage.add(post)
    } catch {
      return writeUnkept(post)
    }
    await reload()
    wake()
  }
  /** Where the browser has no room: sent at once unless others of the channel wait, which it must not overtake; else its author keeps it. */
  const writeUnkept = async (post: OutgoingPost): Promise<void> => {
    if (waiting.value.some(({ channelId, failure }) => channelId === post.channelId && !failure)) throw new NotKeptError()
    try {
      posts.place(await send(post))
    } catch (error) {
      throw failureOf(error).isPassing ? new NotKeptError() : error
    }
  }
  const retry = async (post: OutgoingPost): Promise<void> => {
    // Files that no post took in time are gone there; their bytes are still here.
    const isGone = post.failure?.code === 'file_belongs_elsewhere'
    const files = isGone ? post.files.map((file) => (file.key ? { ...file, fileId: '' } : file)) : post.files
    if (isGone) for (const { key } of files) if (key) await attachments.restart(key)
    await storage.change({ ...post, files, failure: null })
    await reload()
    wake()
  }
  const discard = async (post: OutgoingPost): Promise<void> => {
    await storage.remove(post.pendingId)
    for (const { key } of post.files) if (key) void attachments.remove(key)
    await reload()
    wake()
  }
  const byPlace = computed(() => Map.groupBy(waiting.value, ({ channelId, rootId }) => `${channelId} ${rootId}`))
  /** What the server refused, of all channels: it waits for its author. */
  const refused = computed(() => waiting.value.filter(({ failure }) => failure !== null))
  /** What was written into a channel, or a thread of it. Where the stream was faster than the answer, the post itself shows. */
  const of = (channelId: string, rootId = ''): readonly OutgoingPost[] => {
    const here = byPlace.value.get(`${channelId} ${rootId}`)
    if (!here) return []
    const shown = rootId ? posts.threads.get(rootId) : posts.channels.get(channelId)
    const arrived = new Set(shown?.postIds.slice(-here.length - 20).map((postId) => posts.posts.get(postId)?.pendingPostId))
    return here.filter(({ pendingId }) => !arrived.has(pendingId))
  }

  live.onConnection((isConnected) => { if (isConnected) wake() })
  return { waiting, refused, hasStarted, start, stop: () => { stop() }, write, retry, discard, of }
})
