import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { createBackOff } from '@rookery/sdk/client'
import { postsCreate, type Post } from '@rookery/sdk/protocol'
import type { Attachment } from '../attachments/attachment.ts'
import { useAttachments } from '../attachments/attachments.ts'
import { useServer } from '../client.ts'
import { failureOf, NotKeptError, type Failure } from '../failure.ts'
import { useKept } from '../kept/kept.ts'
import { usePosts } from '../posts/posts.ts'
import { randomId } from '../random-id.ts'
import { useMyId } from '../session.ts'
import { createTabs } from '../tabs.ts'
import { placeOf, type OutgoingPost } from './outgoing-post.ts'
import { createOutgoingStorage } from './outgoing-storage.ts'
import { createSender, type Sender } from './sender.ts'

export interface Writing { readonly channelId: string, readonly rootId?: string, readonly message: string, readonly files?: readonly Attachment[], readonly props?: Readonly<Record<string, unknown>> }

/** Until a post is sent again that nobody answered. */
const answerMs = 30_000

/** Posts that were written here and have not arrived: kept in the browser first, then shown, then sent. */
export const useOutgoing = defineStore('outgoing', () => {
  const { client, live } = useServer()
  const kept = useKept()
  const posts = usePosts()
  const attachments = useAttachments()
  const myId = useMyId()
  const waiting = shallowRef<readonly OutgoingPost[]>([])
  /** Why posts that were tried have not gone yet, by pending id. */
  const delays = shallowReactive(new Map<string, Failure>())
  const hasStarted = ref(false)
  const storage = createOutgoingStorage(() => kept.database())
  let wake = (): void => {}
  let hurry = (): void => {}
  let stop = (): void => {}
  /** Files of a post that is taken back are not sent on by the tab that sends them. */
  let tellWithdrawn = (_keys: readonly string[]): void => {}

  const reload = async (): Promise<void> => {
    waiting.value = await storage.list().catch(() => [])
    const pendingIds = new Set(waiting.value.map(({ pendingId }) => pendingId))
    for (const pendingId of delays.keys()) if (!pendingIds.has(pendingId)) delays.delete(pendingId)
  }
  const upload = ({ files }: OutgoingPost): Promise<string[]> => Promise.all(files.map(({ key, fileId }) => fileId || attachments.ensure(key)))
  const send = ({ channelId, rootId, message, props, pendingId }: OutgoingPost, fileIds: readonly string[], signal?: AbortSignal): Promise<Post> =>
    client.run(postsCreate, { channelId, rootId, message, fileIds: [...fileIds], props: { ...props }, pendingPostId: pendingId }, { timeoutMs: answerMs, ...(signal && { signal }) })
  const forgetFiles = (files: readonly Attachment[]): void => { for (const { key } of files) if (key) void attachments.remove(key) }
  const withdrawFiles = (files: readonly Attachment[]): void => {
    forgetFiles(files)
    tellWithdrawn(files.map(({ key }) => key))
  }

  /** Once somebody is signed in: shows what waits, and sends it where this tab leads. */
  const start = async (): Promise<void> => {
    stop()
    const tabs = createTabs(`rookery.outgoing.${myId()}`)
    let sender: Sender | undefined
    const giveUp = tabs.lead(() => {
      const leading = sender = createSender({
        storage, upload, send, createBackOff: () => createBackOff({ minimumMs: 1000, maximumMs: 20_000 }), now: () => Date.now(),
        onChange(arrival) {
          if (arrival) {
            posts.place(arrival.post)
            // Not before the post waits no more: it would ask for them again.
            forgetFiles(arrival.written.files)
          }
          void reload()
          tabs.tell('changed')
        },
        onDelay(pendingId, failure) {
          delays.set(pendingId, failure)
          tabs.tell('delayed', [pendingId, failure])
        },
      })
      leading.wake()
      return () => { leading.stop() }
    })
    tabs.on('changed', () => { void reload() })
    tabs.on('delayed', (told) => { delays.set(...told as [pendingId: string, failure: Failure]) })
    tabs.on('withdrawn', (told) => { for (const key of told as string[]) void attachments.remove(key) })
    tabs.on('wake', () => {
      void reload()
      sender?.wake()
    })
    wake = () => {
      sender?.wake()
      tabs.tell('wake')
    }
    hurry = () => {
      sender?.hurry()
      tabs.tell('wake')
    }
    tellWithdrawn = (keys) => { tabs.tell('withdrawn', keys) }
    stop = () => {
      giveUp()
      tabs.close()
      wake = hurry = tellWithdrawn = () => {}
      waiting.value = []
      delays.clear()
    }
    await reload()
    await Promise.all(waiting.value.flatMap(({ files }) => files.map((file) => attachments.restore(file))))
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
  /** Where the browser has no room: sent at once unless others of the same place wait, which it must not overtake; else its author keeps it. */
  const writeUnkept = async (post: OutgoingPost): Promise<void> => {
    if (waiting.value.some((other) => placeOf(other) === placeOf(post) && !other.failure)) throw new NotKeptError()
    try {
      posts.place(await send(post, await upload(post)))
      forgetFiles(post.files)
    } catch (error) {
      throw failureOf(error).isPassing ? new NotKeptError() : error
    }
  }
  const retry = async (post: OutgoingPost): Promise<void> => {
    // Files that no post took in time are gone there; their bytes are still here.
    const isGone = post.failure?.code === 'file_belongs_elsewhere'
    const files = isGone ? post.files.map((file) => (file.key ? { ...file, fileId: '' } : file)) : post.files
    if (isGone) for (const { key } of files) if (key) await attachments.restart(key)
    delays.delete(post.pendingId)
    await storage.change({ ...post, files, failure: null })
    await reload()
    wake()
  }
  const discard = async (post: OutgoingPost): Promise<void> => {
    await storage.remove(post.pendingId)
    withdrawFiles(post.files)
    await reload()
    wake()
  }
  /** Takes back a file of it, which may be on its way; a post that says nothing without it goes too. */
  const withdraw = async (post: OutgoingPost, file: Attachment): Promise<void> => {
    const files = post.files.filter((other) => other !== file)
    if (files.length === 0 && post.message === '') return discard(post)
    await storage.change({ ...post, files })
    withdrawFiles([file])
    await reload()
    wake()
  }
  const byPlace = computed(() => Map.groupBy(waiting.value, placeOf))
  /** What the server refused, of all channels: it waits for its author. */
  const refused = computed(() => waiting.value.filter(({ failure }) => failure !== null))
  /** What was written into a channel, or a thread of it. Where the stream was faster than the answer, the post itself shows. */
  const of = (channelId: string, rootId = ''): readonly OutgoingPost[] => {
    const here = byPlace.value.get(placeOf({ channelId, rootId }))
    if (!here) return []
    const shown = rootId ? posts.threads.get(rootId) : posts.channels.get(channelId)
    const arrived = new Set(shown?.postIds.slice(-here.length - 20).map((postId) => posts.posts.get(postId)?.pendingPostId))
    return here.filter(({ pendingId }) => !arrived.has(pendingId))
  }

  live.onConnection((isConnected) => { if (isConnected) hurry() })
  return { waiting, refused, delays, hasStarted, start, stop: () => { stop() }, write, retry, discard, withdraw, of }
})
