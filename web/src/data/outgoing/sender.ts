import type { Post } from '@rookery/sdk/protocol'
import { failureOf } from '../failure.ts'
import type { OutgoingPost } from './outgoing-post.ts'
import type { OutgoingStorage } from './outgoing-storage.ts'

export interface SenderParts {
  readonly storage: OutgoingStorage
  send(post: OutgoingPost): Promise<Post>
  /** Told after each change of the storage, with the stored post where one arrived. */
  onChange(arrived?: Post): void
  /** How long to wait before the next attempt while the server is away. */
  nextDelayMs(): number
  onSuccess(): void
}

export interface Sender {
  /** Something waits, or the server is back. */
  wake(): void
  stop(): void
}

/**
 * Sends what waits: in each channel one at a time and in order, channels beside each other. While the server is not
 * reached a post stays first in its channel; what the server refuses is put aside with the reason and the next one goes.
 * Runs in one tab of an account (tabs.ts). A post that was stored without the answer arriving is sent again: its
 * pending id makes that harmless.
 */
export function createSender({ storage, send, onChange, nextDelayMs, onSuccess }: SenderParts): Sender {
  const busy = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false

  const sendFirst = async (channelId: string): Promise<'again' | 'later' | 'done'> => {
    const post = (await storage.list()).find((waiting) => waiting.channelId === channelId && !waiting.failure)
    if (!post || isStopped) return 'done'
    try {
      const arrived = await send(post)
      await storage.remove(post.pendingId)
      onSuccess()
      onChange(arrived)
      return 'again'
    } catch (error) {
      const failure = failureOf(error)
      // Whoever has been signed out may sign in again: the post is theirs.
      if (failure.isPassing || failure.code === 'not_signed_in') return 'later'
      await storage.change({ ...post, failure })
      onChange()
      return 'again'
    }
  }
  const drain = async (channelId: string): Promise<void> => {
    if (busy.has(channelId)) return
    busy.add(channelId)
    let next: 'again' | 'later' | 'done' = 'again'
    try {
      while (next === 'again' && !isStopped) next = await sendFirst(channelId)
    } finally {
      busy.delete(channelId)
    }
    if (next === 'later' && !isStopped) {
      clearTimeout(timer)
      timer = setTimeout(wake, nextDelayMs())
    }
  }
  const wake = (): void => {
    storage.list().then(
      (waiting) => { for (const channelId of new Set(waiting.filter(({ failure }) => !failure).map((post) => post.channelId))) void drain(channelId) },
      () => {},
    )
  }
  return {
    wake,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
