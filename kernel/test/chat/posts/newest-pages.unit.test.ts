import assert from 'node:assert/strict'
import type { Post, PostPage, RookeryEvent } from '@rookery/sdk/protocol'
import { createNewestPages } from '../../../src/chat/posts/newest-pages.ts'

const page = (message = ''): PostPage => ({
  posts: [{ message, props: {}, embeds: [], files: [], reactions: [] } as unknown as Post], related: [], nextPostId: '', previousPostId: '', users: [],
})
const said = (channelId: string): RookeryEvent => ({ name: 'post.created', at: 0, payload: {}, audience: { channelId } }) as unknown as RookeryEvent
const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })

describe('newest pages', () => {
  it('reads a page once for all who ask, until something is said in its channel', async () => {
    const pages = createNewestPages()
    let reads = 0
    const read = async (): Promise<PostPage> => { reads += 1; return page() }
    const [first, second] = await Promise.all([pages.of('a', 'roots 60', read), pages.of('a', 'roots 60', read)])
    assert.equal(first, second)
    assert.equal(await pages.of('a', 'roots 60', read), first)
    pages.learn(said('b'))
    pages.learn({ name: 'role.updated', at: 0, payload: {}, audience: {} } as unknown as RookeryEvent)
    assert.equal(await pages.of('a', 'roots 60', read), first)
    assert.equal(reads, 1)
    assert.notEqual(await pages.of('a', 'roots 30', read), first)
    pages.learn(said('a'))
    assert.notEqual(await pages.of('a', 'roots 60', read), first)
    assert.equal(reads, 3)
  })

  it('lets nobody have what was being read when something was said', async () => {
    const pages = createNewestPages()
    const before = Promise.withResolvers<PostPage>()
    const early = pages.of('a', 'roots 60', () => before.promise)
    pages.learn(said('a'))
    const fresh = page()
    assert.equal(await pages.of('a', 'roots 60', async () => fresh), fresh)
    before.resolve(page())
    assert.notEqual(await early, fresh)
    assert.equal(await pages.of('a', 'roots 60', async () => page()), fresh)
  })

  it('does not keep a failure', async () => {
    const pages = createNewestPages()
    await assert.rejects(pages.of('a', 'roots 60', () => Promise.reject(new Error('away'))), /away/)
    const fresh = page()
    assert.equal(await pages.of('a', 'roots 60', async () => fresh), fresh)
  })

  it('keeps no more than it may, and of one channel only a few forms', async () => {
    const pages = createNewestPages({ maximumBytes: 10_000 })
    const isKept = async (channelId: string, form: string): Promise<boolean> => {
      let isRead = false
      await pages.of(channelId, form, async () => { isRead = true; return page() })
      await settle()
      return !isRead
    }
    await pages.of('large', 'roots 60', async () => page('x'.repeat(5000)))
    await settle()
    assert.equal(await isKept('large', 'roots 60'), false)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await isKept(name, 'roots 60')
    assert.deepEqual([await isKept('f', 'roots 60'), await isKept('e', 'roots 60'), await isKept('a', 'roots 60')], [true, true, false])
    for (let length = 0; length < 50; length += 1) await isKept('f', `roots ${length}`)
    assert.equal(await isKept('f', 'roots 49'), true)
    assert.equal(await isKept('f', 'roots 0'), false)
  })
})
