import { deepEqual, rejects } from 'node:assert/strict'
import { postCreated, RookeryError, type Post, type PostPage } from '@rookery/sdk/protocol'
import { usePosts } from '../../src/data/posts/posts.ts'
import { createStoreWorld } from './store-world.ts'

const post = (id: string, at: number, rest: object = {}): Post => ({ id, channelId: 'c', rootId: '', userId: 'ada', message: id, createAt: at, updateAt: at, deleteAt: 0, embeds: [], participants: [], reactions: [], fileIds: [], ...rest }) as unknown as Post
const page = (...posts: Post[]): PostPage => ({ posts: posts.toReversed(), related: [], users: [], nextPostId: '', previousPostId: '' }) as unknown as PostPage

/** A channel and a thread with one post each, and what the server has stored since. */
async function createChannel() {
  const stored = [post('first', 10)]
  const asked: unknown[] = []
  const world = createStoreWorld({
    'posts.listUnread': () => page(...stored),
    'posts.listOfChannel': (input: { since?: number }) => {
      asked.push(input.since)
      return page(...stored.filter(({ updateAt, rootId }) => rootId === '' && updateAt >= (input.since ?? 0)))
    },
    'posts.listOfThread': () => ({ posts: [post('r', 1), ...stored.filter(({ rootId }) => rootId === 'r')], users: [] }),
  })
  const posts = world.use(usePosts)
  await posts.open('c')
  await posts.openThread('r')
  const tell = (told: Post): void => { world.tell(postCreated, { post: told, root: null, participants: [] }) }
  return { world, posts, stored, asked, tell, ids: () => posts.channels.get('c')?.postIds }
}

describe('posts after events were missed', () => {
  it('are read from where the gap began, whatever was told behind it and however often that fails', async () => {
    const { world, posts, stored, asked, tell, ids } = await createChannel()
    await posts.open('other')
    world.connect(false)
    // Sent and answered while nobody listened.
    posts.place(post('own', 30))
    stored.push(post('missed', 20), post('own', 30), post('reply', 25, { rootId: 'r' }))
    world.gap()
    world.connect(true)
    const answer = world.answers['posts.listOfChannel'] as () => unknown
    world.answers['posts.listOfChannel'] = () => { throw new RookeryError('unavailable') }
    await rejects(posts.catchUp('c', 'r'), { code: 'unavailable' })
    // Until that succeeds nothing that was there goes away.
    deepEqual([ids(), posts.channels.has('other')], [['first', 'own'], true])
    tell(post('live', 40))
    stored.push(post('live', 40))
    // A resume that is complete fills no earlier gap.
    world.connect(false)
    world.connect(true)
    world.answers['posts.listOfChannel'] = answer
    await posts.catchUp('c', 'r')
    deepEqual([ids(), posts.threads.get('r')?.postIds, posts.channels.has('other'), asked], [['first', 'missed', 'own', 'live'], ['reply'], false, [9]])
  })

  it('are complete without another question where the stream told everything', async () => {
    const { world, posts, stored, asked, tell, ids } = await createChannel()
    world.connect(false)
    world.connect(true)
    tell(post('second', 20))
    stored.push(post('second', 20), post('third', 30))
    world.gap()
    await posts.catchUp('c', '')
    deepEqual([ids(), asked], [['first', 'second', 'third'], [19]])
  })

  it('that were read before the stream are completed, again where that fails', async () => {
    const { world, posts, stored, tell, ids } = await createChannel()
    world.connect(false)
    await posts.openAtEnd('c')
    world.connect(true)
    stored.push(post('missed', 20))
    const answer = world.answers['posts.listOfChannel'] as () => unknown
    world.answers['posts.listOfChannel'] = () => { throw new RookeryError('rate_limited') }
    await rejects(posts.complete(), { code: 'rate_limited' })
    tell(post('live', 30))
    world.answers['posts.listOfChannel'] = answer
    await posts.complete()
    deepEqual(ids(), ['first', 'missed', 'live'])
  })
})
