import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post, PostList } from '@mattermost/types/posts'
import type { Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

type Listed = PostList & { has_next?: boolean }
const refusal = (status: number) => ({ status_code: status })

describe('a channel\'s history', () => {
  let world: World
  const say = (person: Person, message: string, rootId = ''): Promise<Post> =>
    person.client.createPost({ channel_id: world.channel.id, message, root_id: rootId } as Post)
  const read = async (person: Person, path: string, headers: Record<string, string> = {}): Promise<{ status: number, tag: string, list: Listed }> => {
    const response = await fetch(`${world.server.url}/api/v4${path}`, { headers: { Authorization: `Bearer ${person.token}`, ...headers } })
    const text = await response.text()
    return { status: response.status, tag: response.headers.get('etag') ?? '', list: (text ? JSON.parse(text) : {}) as Listed }
  }
  const ids = (posts: readonly Post[]): string[] => posts.map((post) => post.id)
  let posts: Post[]

  beforeEach(async () => {
    world = await createWorld()
    posts = []
    for (let count = 0; count < 7; count += 1) posts.push(await say(world.ada, `number ${count}`))
  })
  afterEach(() => world.close())

  it('GET /channels/{id}/posts: comes newest first in pages that know their neighbours, and not to strangers', async () => {
    const { ada, channel, stranger } = world
    const newestFirst = ids(posts).reverse()
    const first = await ada.client.getPosts(channel.id, 0, 3)
    deepEqual(first.order, newestFirst.slice(0, 3))
    deepEqual([first.next_post_id, first.prev_post_id], ['', newestFirst[3]])
    const second = await ada.client.getPosts(channel.id, 1, 3)
    deepEqual(second.order, newestFirst.slice(3, 6))
    deepEqual([second.next_post_id, second.prev_post_id], [newestFirst[2], newestFirst[6]])
    const last = await ada.client.getPosts(channel.id, 2, 3)
    deepEqual(last.order, newestFirst.slice(6))
    deepEqual([last.next_post_id, last.prev_post_id], [newestFirst[5], ''])
    deepEqual((await ada.client.getPosts(channel.id, 5, 3)).order, [])
    await rejects(stranger.client.getPosts(channel.id), refusal(404))
    await rejects(ada.client.getPosts(channel.id.replace(/^./, 'x')), refusal(404))
  })

  it('goes on before and after a post', async () => {
    const { ada, channel } = world
    const newestFirst = ids(posts).reverse()
    const before = await ada.client.getPostsBefore(channel.id, newestFirst[1] as string, 0, 3)
    deepEqual(before.order, newestFirst.slice(2, 5))
    deepEqual([before.next_post_id, before.prev_post_id], [newestFirst[1], newestFirst[5]])
    const further = await ada.client.getPostsBefore(channel.id, newestFirst[1] as string, 1, 3)
    deepEqual([further.order, further.next_post_id, further.prev_post_id], [newestFirst.slice(5), newestFirst[4], ''])
    const after = await ada.client.getPostsAfter(channel.id, newestFirst[5] as string, 0, 3)
    deepEqual(after.order, newestFirst.slice(2, 5))
    deepEqual([after.next_post_id, after.prev_post_id], [newestFirst[1], newestFirst[5]])
    const furtherAfter = await ada.client.getPostsAfter(channel.id, newestFirst[5] as string, 1, 3)
    deepEqual([furtherAfter.order, furtherAfter.next_post_id, furtherAfter.prev_post_id], [newestFirst.slice(0, 2), '', newestFirst[2]])
    equal((await read(ada, `/channels/${channel.id}/posts?before=nonsense`)).status, 400)
    equal((await read(ada, `/channels/${channel.id}/posts?since=nonsense`)).status, 400)
    equal((await read(ada, `/channels/${channel.id}/posts?include_deleted=true`)).status, 403)
  })

  it('brings the roots of replies along, and whole threads where they are asked for', async () => {
    const { ada, bob, channel } = world
    const root = posts[0] as Post
    const early = await say(bob, 'early reply', root.id)
    for (let count = 0; count < 3; count += 1) await say(ada, 'between')
    const reply = await say(bob, 'late reply', root.id)
    const roots = await ada.client.getPosts(channel.id, 0, 2, false)
    equal(roots.order[0], reply.id)
    deepEqual(Object.keys(roots.posts).sort(), [...roots.order, root.id].sort())
    equal(roots.posts[root.id]?.reply_count, 2)
    const threads = await ada.client.getPosts(channel.id, 0, 2, true)
    deepEqual(Object.keys(threads.posts).sort(), [...threads.order, root.id, early.id].sort())
  })

  it('shows roots with their threads where threads are collapsed', async () => {
    const { ada, bob, admin, channel } = world
    const root = posts[6] as Post
    await say(ada, 'me too', root.id)
    const reply = await say(bob, 'and me', root.id)
    const collapsed = await ada.client.getPosts(channel.id, 0, 3, false, true)
    deepEqual(collapsed.order, ids(posts).reverse().slice(0, 3))
    const shown = collapsed.posts[root.id] as Post & { last_reply_at: number }
    deepEqual([shown.reply_count, shown.last_reply_at, shown.is_following], [2, reply.create_at, true])
    deepEqual(shown.participants, [{ id: ada.user.id }, { id: bob.user.id }])
    const extended = await admin.client.getPosts(channel.id, 0, 3, false, true, true)
    deepEqual((extended.posts[root.id]?.participants as { username: string }[]).map((user) => user.username), ['ada', 'bob'])
    equal(extended.posts[root.id]?.is_following, undefined)
  })

  it('answers "not modified" until something changes', async () => {
    const { ada, bob, channel } = world
    const path = `/channels/${channel.id}/posts?collapsedThreads=true`
    const { tag } = await read(ada, path)
    equal((await read(ada, path, { 'If-None-Match': tag })).status, 304)
    await say(bob, 'a reply', (posts[3] as Post).id)
    const changed = await read(ada, path, { 'If-None-Match': tag })
    equal(changed.status, 200)
    ok(changed.tag !== tag)
  })

  it('GET /users/{id}/channels/{id}/posts/unread: opens at the first unread post', async () => {
    const { ada, bob, stranger, channel } = world
    const newestFirst = ids(posts).reverse()
    // Who has never looked begins at the end.
    const fresh = await bob.client.getPostsUnread(channel.id, bob.user.id, 2, 3)
    deepEqual([fresh.order, fresh.next_post_id, fresh.prev_post_id], [newestFirst.slice(0, 3), '', newestFirst[3]])
    const own = await say(bob, 'I was here')
    const later = [await say(ada, 'one'), await say(ada, 'two'), await say(ada, 'three')]
    const unread = await bob.client.getPostsUnread(channel.id, bob.user.id, 2, 2)
    deepEqual(unread.order, [later[1]?.id, later[0]?.id, own.id, newestFirst[0]])
    deepEqual([unread.next_post_id, unread.prev_post_id], [later[2]?.id, newestFirst[1]])
    equal((await read(bob, `/users/me/channels/${channel.id}/posts/unread?limit_after=0`)).status, 400)
    equal((await read(ada, `/users/${bob.user.id}/channels/${channel.id}/posts/unread`)).status, 403)
    await rejects(stranger.client.getPostsUnread(channel.id, stranger.user.id), refusal(404))
  })

  it('GET /posts/{id}/thread: whole, in pages both ways, and not to strangers', async () => {
    const { ada, bob, stranger } = world
    const root = posts[2] as Post
    const replies: Post[] = []
    for (let count = 0; count < 5; count += 1) replies.push(await say(bob, `reply ${count}`, root.id))
    const whole = await ada.client.getPostThread(root.id)
    equal(whole.order[0], root.id)
    deepEqual([...whole.order].sort(), ids([root, ...replies]).sort())
    const fromReply = await ada.client.getPostThread((replies[1] as Post).id)
    equal(fromReply.order[0], replies[1]?.id)
    const page = async (query: string) => (await read(ada, `/posts/${root.id}/thread?perPage=2&collapsedThreads=true${query}`)).list
    const down = await page('&direction=down')
    deepEqual([down.order, down.has_next], [[root.id, replies[0]?.id, replies[1]?.id], true])
    const downNext = await page(`&direction=down&fromCreateAt=${replies[1]?.create_at}&fromPost=${replies[1]?.id}`)
    deepEqual([downNext.order, downNext.has_next], [[root.id, replies[2]?.id, replies[3]?.id], true])
    const downLast = await page(`&direction=down&fromCreateAt=${replies[3]?.create_at}&fromPost=${replies[3]?.id}`)
    deepEqual([downLast.order, downLast.has_next], [[root.id, replies[4]?.id], false])
    const up = await page(`&direction=up&fromCreateAt=${replies[3]?.create_at}&fromPost=${replies[3]?.id}`)
    deepEqual([up.order, up.has_next], [[root.id, replies[2]?.id, replies[1]?.id], true])
    for (const query of ['direction=sideways', 'perPage=201', `fromPost=${root.id}`, 'updatesOnly=true', 'fromCreateAt=1&fromUpdateAt=1', 'updatesOnly=true&fromUpdateAt=1&direction=up']) {
      equal((await read(ada, `/posts/${root.id}/thread?${query}`)).status, 400, query)
    }
    await rejects(stranger.client.getPostThread(root.id), refusal(404))
  })

  it('POST /posts/ids: leaves out what the reader may not see', async () => {
    const { ada, stranger } = world
    const wanted = [posts[4] as Post, posts[1] as Post]
    deepEqual(ids(await ada.client.getPostsByIds(ids(wanted))), ids(wanted).reverse())
    deepEqual(await stranger.client.getPostsByIds(ids(wanted)), [])
    await rejects(ada.client.getPostsByIds([]), refusal(400))
    await rejects(ada.client.getPostsByIds(['nonsense']), refusal(400))
  })
})
