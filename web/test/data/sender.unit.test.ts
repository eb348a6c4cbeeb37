import { deepEqual, equal } from 'node:assert/strict'
import { RookeryError, type Post } from '@rookery/sdk/protocol'
import { createSender } from '../../src/data/outgoing/sender.ts'
import type { OutgoingPost } from '../../src/data/outgoing/outgoing-post.ts'
import type { OutgoingStorage } from '../../src/data/outgoing/outgoing-storage.ts'

const written = (pendingId: string, channelId = 'c'): OutgoingPost => ({ pendingId, channelId, rootId: '', message: pendingId, fileIds: [], props: {}, writtenAt: 0, failure: null })

function createShelf(...posts: OutgoingPost[]): OutgoingStorage & { posts: OutgoingPost[] } {
  const shelf = {
    posts,
    list: async () => [...shelf.posts],
    async add(post: OutgoingPost) { shelf.posts.push(post) },
    async change(post: OutgoingPost) { shelf.posts = shelf.posts.map((each) => (each.pendingId === post.pendingId ? post : each)) },
    async remove(pendingId: string) { shelf.posts = shelf.posts.filter((each) => each.pendingId !== pendingId) },
  }
  return shelf
}

/** Runs a sender until the shelf is as the test wants it. */
const run = (storage: OutgoingStorage & { posts: OutgoingPost[] }, send: (post: OutgoingPost) => Promise<Post>, isDone: () => boolean): Promise<void> => new Promise((resolve) => {
  const sender = createSender({
    storage, send, nextDelayMs: () => 1, onSuccess() {},
    onChange() {
      if (!isDone()) return
      sender.stop()
      resolve()
    },
  })
  sender.wake()
  sender.wake()
})

describe('the sender of posts', () => {
  it('sends once and in the order of writing, channels beside each other', async () => {
    const shelf = createShelf(written('1'), written('x', 'other'), written('2'), written('3'))
    const sent: string[] = []
    await run(shelf, async ({ pendingId }) => { sent.push(pendingId); return {} as Post }, () => shelf.posts.length === 0)
    deepEqual(sent.filter((id) => id !== 'x'), ['1', '2', '3'])
    equal(sent.length, 4)
  })

  it('waits while the server is away, and lets no later post go first', async () => {
    const shelf = createShelf(written('1'), written('2'))
    const tried: string[] = []
    await run(shelf, async ({ pendingId }) => {
      tried.push(pendingId)
      if (tried.length === 1) throw new TypeError('fetch failed')
      if (tried.length === 2) throw new RookeryError('unavailable', { retryAfterSeconds: 1 })
      return {} as Post
    }, () => shelf.posts.length === 0)
    deepEqual(tried, ['1', '1', '1', '2'])
  })

  it('puts aside what is refused, with the reason, and goes on', async () => {
    const shelf = createShelf(written('1'), written('2'))
    await run(shelf, async ({ pendingId }) => {
      if (pendingId === '1') throw new RookeryError('message_too_long', { maximum: 1 })
      return {} as Post
    }, () => shelf.posts.length === 1 && shelf.posts[0]?.failure !== null)
    equal(shelf.posts[0]?.failure?.code, 'message_too_long')
  })
})
