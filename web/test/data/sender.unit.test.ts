import { deepEqual, equal } from 'node:assert/strict'
import { RookeryError, type ErrorCode, type Post } from '@rookery/sdk/protocol'
import type { Attachment } from '../../src/data/attachments/attachment.ts'
import { failureOf } from '../../src/data/failure.ts'
import { createSender, type Arrival, type Sender, type SenderParts } from '../../src/data/outgoing/sender.ts'
import type { OutgoingPost } from '../../src/data/outgoing/outgoing-post.ts'
import type { OutgoingStorage } from '../../src/data/outgoing/outgoing-storage.ts'

const written = (pendingId: string, place: Partial<OutgoingPost> = {}): OutgoingPost => ({ pendingId, channelId: 'c', rootId: '', message: pendingId, files: [], props: {}, writtenAt: 0, failure: null, ...place })
const file: Attachment = { key: 'k', fileId: '', name: 'a', sizeBytes: 1, mimeType: 'text/plain' }
const stored = { id: 'p' } as Post

interface Shelf extends OutgoingStorage { posts: OutgoingPost[] }

function createShelf(...posts: OutgoingPost[]): Shelf {
  const shelf = {
    posts,
    list: async () => [...shelf.posts],
    async add(post: OutgoingPost) { shelf.posts.push(post) },
    async change(post: OutgoingPost) { shelf.posts = shelf.posts.map((each) => (each.pendingId === post.pendingId ? post : each)) },
    async remove(pendingId: string) { shelf.posts = shelf.posts.filter((each) => each.pendingId !== pendingId) },
  }
  return shelf
}

/** A sender of which the test says what the server does; `until` resolves when the shelf is as it is waited for. */
function startSender(storage: Shelf, send: (post: OutgoingPost, signal: AbortSignal) => Promise<Post | null>, parts: Partial<SenderParts> = {}): Sender & { until(isDone: () => boolean): Promise<void>, arrivals: Arrival[], delays: string[] } {
  const arrivals: Arrival[] = []
  const delays: string[] = []
  let look = (): void => {}
  const sender = createSender({
    storage, upload: async () => [], send: async (post, _fileIds, signal) => await send(post, signal) as Post,
    createBackOff: () => ({ next: () => 1, reset() {} }), now: () => performance.now(),
    onChange(arrival) {
      if (arrival) arrivals.push(arrival)
      look()
    },
    onDelay(pendingId, { code }) {
      delays.push(`${pendingId} ${code}`)
      look()
    },
    ...parts,
  })
  sender.wake()
  sender.wake()
  return {
    ...sender, arrivals, delays,
    until: (isDone) => new Promise((resolve) => {
      look = () => {
        if (!isDone()) return
        sender.stop()
        resolve()
      }
      look()
    }),
  }
}

describe('the sender of posts', () => {
  it('sends once and in the order of writing, channels and threads beside each other', async () => {
    const shelf = createShelf(written('1'), written('x', { channelId: 'other' }), written('2'), written('r', { rootId: 'root' }), written('3'))
    const sent: string[] = []
    await startSender(shelf, async ({ pendingId }) => { sent.push(pendingId); return stored }).until(() => shelf.posts.length === 0)
    deepEqual(sent.filter((id) => /\d/.test(id)), ['1', '2', '3'])
    deepEqual(sent.toSorted(), ['1', '2', '3', 'r', 'x'])
  })

  it('waits while the server may take it later, lets no later post go first, and says so', async () => {
    const codes: ErrorCode[] = ['unavailable', 'internal', 'rate_limited', 'not_signed_in', 'plugin_unavailable', 'plugin_timed_out', 'too_many_uploads']
    const refusals = [new TypeError('fetch failed'), ...codes.map((code) => new RookeryError(code)), new RookeryError('plugin_over_quota', { retryAfterSeconds: 0.001 })]
    const expected = Array<string>(refusals.length + 1).fill('1')
    const shelf = createShelf(written('1'), written('2'))
    const tried: string[] = []
    const sender = startSender(shelf, async ({ pendingId }) => {
      tried.push(pendingId)
      const refusal = refusals.shift()
      if (refusal) throw refusal
      return stored
    })
    await sender.until(() => shelf.posts.length === 0)
    deepEqual(tried, [...expected, '2'])
    // The first refusal is nobody's business: it is mostly over before it could be read.
    deepEqual(sender.delays, [...codes, 'plugin_over_quota'].map((code) => `1 ${code}`))
  })

  it('takes nobody else for the server: what arrived has an id', async () => {
    const shelf = createShelf(written('1'))
    const answers: (Post | null)[] = [null, {} as Post, stored]
    const sender = startSender(shelf, async () => answers.shift()!)
    await sender.until(() => shelf.posts.length === 0)
    deepEqual([answers.length, sender.arrivals.map(({ written: { pendingId }, post }) => [pendingId, post.id])], [0, [['1', 'p']]])
  })

  it('leaves a server alone for as long as that asks for, whatever else is written, until the line is another one', async () => {
    const shelf = createShelf(written('1'))
    let count = 0
    const sender = startSender(shelf, async () => {
      count += 1
      if (count < 3) throw new RookeryError('rate_limited', { retryAfterSeconds: 600 })
      return stored
    })
    await new Promise(setImmediate)
    await shelf.add(written('2'))
    sender.wake()
    await new Promise(setImmediate)
    equal(count, 1)
    sender.hurry()
    await sender.until(() => sender.delays.length === 1)
    equal(count, 2)
  })

  it('puts aside what is refused, with the reason, and goes on', async () => {
    const shelf = createShelf(written('1'), written('2'))
    await startSender(shelf, async ({ pendingId }) => {
      if (pendingId === '1') throw new RookeryError('message_too_long', { maximum: 1 })
      return stored
    }).until(() => shelf.posts.length === 1 && shelf.posts[0]?.failure !== null)
    equal(shelf.posts[0]?.failure?.code, 'message_too_long')
  })

  it('gives up what hangs when the line is back, and sends it again', async () => {
    const shelf = createShelf(written('1'), written('2'))
    const tried: string[] = []
    let hangs = (): void => {}
    const isHanging = new Promise<void>((resolve) => { hangs = resolve })
    const sender = startSender(shelf, ({ pendingId }, signal) => {
      tried.push(pendingId)
      if (tried.length > 1) return Promise.resolve(stored)
      hangs()
      return new Promise((_resolve, reject) => { signal.addEventListener('abort', () => { reject(signal.reason as Error) }) })
    })
    await isHanging
    sender.hurry()
    await sender.until(() => shelf.posts.length === 0)
    deepEqual(tried, ['1', '1', '2'])
  })

  it('holds back for a file what follows in the same place and nothing else, and tells of arrivals when nothing waits any more', async () => {
    const shelf = createShelf(written('f', { files: [file] }), written('2'), written('r', { rootId: 'root' }))
    const sent: string[] = []
    let arrive = (_fileIds: string[]): void => {}
    const uploaded = new Promise<string[]>((resolve) => { arrive = resolve })
    const waitedAt: string[][] = []
    const sender = startSender(shelf, async ({ pendingId }) => { sent.push(pendingId); return stored }, {
      upload: async ({ files }) => (files.length > 0 ? uploaded : []),
      onChange() {
        waitedAt.push(shelf.posts.map(({ pendingId }) => pendingId))
        if (sent.join() === 'r') arrive(['id'])
      },
    })
    await uploaded
    while (shelf.posts.length > 0) await new Promise(setImmediate)
    sender.stop()
    deepEqual(sent, ['r', 'f', '2'])
    deepEqual(waitedAt, [['f', '2'], ['2'], []])
  })

  it('goes on without a file that is taken back while it is sent, and sends nothing that is discarded', async () => {
    const shelf = createShelf(written('f', { files: [file] }), written('gone', { files: [file] }), written('3'))
    const sent: string[] = []
    const sender = startSender(shelf, async ({ pendingId, files }) => { sent.push(`${pendingId} ${files.length}`); return stored }, {
      async upload({ pendingId, files }) {
        if (files.length === 0) return []
        if (pendingId === 'gone') {
          await shelf.remove(pendingId)
          return ['id']
        }
        await shelf.change(written('f'))
        throw new DOMException('Taken back', 'AbortError')
      },
    })
    await sender.until(() => shelf.posts.length === 0)
    deepEqual([sent, sender.delays], [['f 0', '3 0'], []])
  })
})

describe('a failure', () => {
  it('passes where the server may do the same later', () => {
    const passing = (error: unknown): boolean => failureOf(error).isPassing
    deepEqual([new TypeError('fetch failed'), new RookeryError('plugin_unavailable'), new RookeryError('too_many_attempts', { retryAfterSeconds: 3 })].map(passing), [true, true, true])
    deepEqual([new RookeryError('plugin_failed'), new RookeryError('permission_missing'), new RookeryError('refused_by_plugin', { reason: 'no' })].map(passing), [false, false, false])
  })
})
