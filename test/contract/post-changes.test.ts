import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const refusal = (status: number, id?: string) => ({ status_code: status, ...(id && { server_error_id: id }) })

describe('writing and changing posts', () => {
  let world: World
  const say = (person: Person, message: string, more: Partial<Post> = {}): Promise<Post> =>
    person.client.createPost({ channel_id: world.channel.id, message, ...more } as Post)
  const ask = async (person: Person, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${world.server.url}/api/v4${path}`, {
      method, headers: { Authorization: `Bearer ${person.token}`, 'Content-Type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await response.json() as Record<string, unknown> }
  }
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  it('POST /posts: stores a pending id once, also for twins', async () => {
    const { ada, bob, channel } = world
    const twins = await Promise.all(Array.from({ length: 6 }, () => say(ada, 'once', { pending_post_id: `${ada.user.id}:1` })))
    equal(new Set(twins.map((post) => post.id)).size, 1)
    equal((await ada.client.getPosts(channel.id)).order.length, 1)
    equal((await bob.client.getChannel(channel.id)).total_msg_count, 1)
  })

  it('POST /posts: keeps what people may say and refuses the rest by name', async () => {
    const { ada, bob, channel } = world
    const other = await ada.client.createChannel({ team_id: world.team.id, name: 'other', display_name: 'Other', type: 'O' } as never)
    const root = await say(ada, 'a #tag', { props: { from_webhook: 'true', override_username: 'boss', mine: 1 } as never, create_at: 5 })
    deepEqual(root.props, { mine: 1 })
    equal(root.hashtags, '#tag')
    ok(root.create_at > 5)
    const reply = await say(bob, 'reply', { root_id: root.id })
    await rejects(say(ada, '  '), refusal(400))
    await rejects(say(ada, 'x'.repeat(16_384)), refusal(400, 'model.post.is_valid.message_length.app_error'))
    await rejects(say(ada, 'x', { type: 'system_join_channel' as never }), refusal(400))
    await rejects(say(ada, 'x', { root_id: reply.id }), refusal(400, 'api.post.create_post.root_id.app_error'))
    await rejects(ada.client.createPost({ channel_id: other.id, message: 'x', root_id: root.id } as Post), refusal(400))
    await rejects(say(ada, 'x', { file_ids: [root.id] }), refusal(400))
    await rejects(say(ada, 'x', { message: 7 as never }), refusal(400))
    equal((await ask(ada, 'POST', '/posts', { channel_id: channel.id, message: '\ud800' })).status, 400)
    const attached = await say(ada, '', { props: { attachments: [{ text: 'look' }] } as never })
    deepEqual(attached.metadata.embeds, [{ type: 'message_attachment' }])
  })

  it('PUT /posts/{id} and /patch: edits what is one\'s own, keeps what it said, and tells the channel', async () => {
    const { ada, bob, admin, stranger, server } = world
    const socket = await openSocket(server.url, bob.token)
    const post = await say(ada, 'frist')
    const edited = await ada.client.patchPost({ id: post.id, message: 'first #now' } as Post)
    deepEqual([edited.message, edited.hashtags, edited.edit_at > 0, edited.update_at >= edited.edit_at], ['first #now', '#now', true, true])
    const told = await socket.event('post_edited')
    equal((JSON.parse((told.data as { post: string }).post) as Post).message, 'first #now')
    // The same again is no edit.
    equal((await ada.client.patchPost({ id: post.id, message: 'first #now' } as Post)).edit_at, edited.edit_at)
    const put = await ada.client.updatePost({ ...edited, message: 'second' } as Post)
    equal(put.message, 'second')
    const history = await ada.client.getPostEditHistory(post.id)
    deepEqual(history.map((revision) => [revision.message, revision.original_id]), [['first #now', post.id], ['frist', post.id]])
    await rejects(bob.client.getPostEditHistory(post.id), refusal(403))
    const restored = await ada.client.restorePostVersion(post.id, (history[1] as Post).id, '')
    equal((restored as unknown as { data: Post }).data.message, 'frist')
    await rejects(ada.client.restorePostVersion(post.id, post.id, ''), refusal(404))
    await rejects(bob.client.patchPost({ id: post.id, message: 'mine' } as Post), refusal(403))
    await rejects(stranger.client.patchPost({ id: post.id, message: 'mine' } as Post), refusal(404))
    await rejects(ada.client.patchPost({ id: post.id, message: ' ' } as Post), refusal(400))
    equal((await ask(ada, 'PUT', `/posts/${post.id}`, { id: channelLike(post.id), message: 'x' })).status, 400)
    equal((await admin.client.patchPost({ id: post.id, message: 'moderated' } as Post)).message, 'moderated')
    socket.close()
  })

  it('closes the window for edits when it is over', async () => {
    await world.close()
    world = await createWorld({ settings: { posts: { editWindowSeconds: 0 } } })
    const post = await say(world.ada, 'too late')
    await rejects(world.ada.client.patchPost({ id: post.id, message: 'changed' } as Post), refusal(400, 'api.post.update_post.permissions_time_limit.app_error'))
    // What is not the message may still change.
    equal((await world.ada.client.patchPost({ id: post.id, is_pinned: true } as Post)).is_pinned, true)
  })

  it('DELETE /posts/{id}: takes replies along, tells administrators by whom, and is not for others', async () => {
    const { ada, bob, admin, stranger, channel, server } = world
    const forBob = await openSocket(server.url, bob.token)
    const forAdmin = await openSocket(server.url, admin.token)
    const root = await say(ada, 'root')
    const reply = await say(bob, 'reply', { root_id: root.id })
    const second = await say(bob, 'second', { root_id: root.id })
    await rejects(bob.client.deletePost(root.id), refusal(403))
    await rejects(stranger.client.deletePost(root.id), refusal(404))
    await bob.client.deletePost(second.id)
    equal((await ada.client.getPost(root.id)).reply_count, 1)
    await ada.client.deletePost(root.id)
    const isRoot = (message: { data: unknown }): boolean => (JSON.parse((message.data as { post: string }).post) as Post).id === root.id
    const plain = (await forBob.event('post_deleted', isRoot)).data as { post: string, delete_by?: string }
    deepEqual([plain.delete_by, (JSON.parse(plain.post) as Post).message], [undefined, ''])
    equal(((await forAdmin.event('post_deleted', isRoot)).data as { delete_by?: string }).delete_by, ada.user.id)
    await rejects(ada.client.getPost(reply.id), refusal(404))
    await rejects(ada.client.deletePost(root.id), refusal(404))
    deepEqual((await ada.client.getPosts(channel.id)).order, [])
    // What was deleted since is told, without what it said.
    const since = await ada.client.getPostsSince(channel.id, root.create_at - 1)
    deepEqual(since.order, [second.id, reply.id, root.id])
    ok(Object.values(since.posts).every((post) => post.delete_at > 0 && post.message === ''))
    await rejects(ada.client.getPost(root.id, true), refusal(403))
    equal((await admin.client.getPost(root.id, true)).message, 'root')
    forBob.close()
    forAdmin.close()
  })

  it('POST /posts/{id}/pin and /unpin, GET /channels/{id}/pinned', async () => {
    const { ada, bob, stranger, channel } = world
    const post = await say(ada, 'keep this')
    await bob.client.pinPost(post.id)
    deepEqual((await ada.client.getPinnedPosts(channel.id)).order, [post.id])
    await rejects(stranger.client.pinPost(post.id), refusal(404))
    await rejects(stranger.client.getPinnedPosts(channel.id), refusal(404))
    await bob.client.unpinPost(post.id)
    const after = await ada.client.getPinnedPosts(channel.id)
    deepEqual(after.order, [])
    equal((await ada.client.getPost(post.id)).edit_at, 0)
  })

  it('GET /users/{id}/posts/flagged and GET /posts/{id}/info', async () => {
    const { ada, bob, stranger, channel, team, server } = world
    const post = await say(ada, 'remember this')
    await server.kernel.db.hot({ name: 'flag', text: `insert into preferences (user_id, category, name, value) values ($1, 'flagged_post', $2, 'true')`, values: [bob.user.id, post.id] })
    deepEqual((await bob.client.getFlaggedPosts(bob.user.id)).order, [post.id])
    deepEqual((await bob.client.getFlaggedPosts(bob.user.id, '', team.id)).order, [post.id])
    deepEqual((await bob.client.getFlaggedPosts(bob.user.id, channelLike(channel.id))).order, [])
    await rejects(ada.client.getFlaggedPosts(bob.user.id), refusal(403))
    const info = await ask(bob, 'GET', `/posts/${post.id}/info`)
    deepEqual([info.body['channel_id'], info.body['has_joined_channel'], info.body['team_id'], info.body['has_joined_team']], [channel.id, true, team.id, true])
    equal((await ask(stranger, 'GET', `/posts/${post.id}/info`)).status, 404)
  })

  it('POST /posts/ephemeral: shows a message to one user and stores nothing', async () => {
    const { admin, ada, bob, channel, server } = world
    const socket = await openSocket(server.url, bob.token)
    const sent = await ask(admin, 'POST', '/posts/ephemeral', { user_id: bob.user.id, post: { channel_id: channel.id, message: 'psst' } })
    equal(sent.status, 201)
    const told = await socket.event('ephemeral_message')
    const post = JSON.parse((told.data as { post: string }).post) as Post
    deepEqual([post.message, post.type, told.broadcast.user_id], ['psst', 'system_ephemeral', bob.user.id])
    deepEqual((await bob.client.getPosts(channel.id)).order, [])
    equal((await ask(ada, 'POST', '/posts/ephemeral', { user_id: bob.user.id, post: { channel_id: channel.id, message: 'psst' } })).status, 403)
    equal((await ask(admin, 'POST', '/posts/ephemeral', { user_id: bob.user.id })).status, 400)
    socket.close()
  })

  it('shows a linked post to those who may read it, and to nobody else', async () => {
    const { ada, bob, team, server } = world
    const secret = await ada.client.createChannel({ team_id: team.id, name: 'secret', display_name: 'Secret', type: 'P' } as never)
    const hidden = await ada.client.createPost({ channel_id: secret.id, message: 'between us' } as Post)
    const link = await say(ada, `see ${server.url}/${team.name}/pl/${hidden.id}`)
    interface Embed { type: string, data: { post_id: string, post: Post, team_name: string, channel_id: string, channel_type: string } }
    const shown = (await ada.client.getPost(link.id)).metadata.embeds as unknown as Embed[]
    deepEqual([shown[0]?.type, shown[0]?.data.post.message, shown[0]?.data.team_name, shown[0]?.data.channel_id, shown[0]?.data.channel_type], ['permalink', 'between us', team.name, secret.id, 'P'])
    const listed = await bob.client.getPosts(world.channel.id)
    equal(listed.posts[link.id]?.metadata.embeds, undefined)
    ok(!JSON.stringify(listed).includes('between us'))
  })
})

/** An id of the right form that belongs to nothing. */
const channelLike = (id: string): string => id.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
