import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post, PostList } from '@mattermost/types/posts'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

/** What broke other servers' clients, as far as posts, reactions and threads go. */
describe('pitfalls', () => {
  let world: World
  const say = (person: Person, message: string, more: Partial<Post> = {}): Promise<Post> =>
    person.client.createPost({ channel_id: world.channel.id, message, ...more } as Post)
  const setUnread = async (person: Person, postId: string, isCollapsed = false) => {
    const response = await fetch(`${world.server.url}/api/v4/users/me/posts/${postId}/set_unread`, {
      method: 'POST', headers: { Authorization: `Bearer ${person.token}` }, body: JSON.stringify({ collapsed_threads_supported: isCollapsed }),
    })
    return { status: response.status, body: await response.json() as Record<string, number> }
  }
  const counts = async (person: Person): Promise<number[]> => {
    const channel = await person.client.getChannel(world.channel.id)
    const member = await person.client.getChannelMember(world.channel.id, person.user.id)
    return [channel.total_msg_count - member.msg_count, channel.total_msg_count_root - member.msg_count_root, member.mention_count, member.mention_count_root]
  }
  const read = async (person: Person): Promise<void> => {
    // The author of a root post has seen the channel up to it.
    await say(person, 'seen')
  }

  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  it('pitfall 1: post lists carry files with their sizes, and reactions do not replace them', async () => {
    const { ada, bob, channel, server } = world
    const fileId = server.kernel.ids.next()
    await server.kernel.db.hot({
      name: 'file', text: `insert into files (id, user_id, channel_id, create_at, update_at, name, extension, size_bytes, mime_type, sha256, width, height, has_preview, storage_key)
        values ($1, $2, $3, 1, 1, 'loom.png', 'png', 10, 'image/png', '', 640, 480, true, 'none')`, values: [fileId, ada.user.id, channel.id],
    })
    const post = await say(ada, 'a picture', { file_ids: [fileId] })
    await bob.client.addReaction(bob.user.id, post.id, 'smile')
    const lists: PostList[] = [
      await bob.client.getPosts(channel.id), await bob.client.getPosts(channel.id, 0, 60, false, true), await bob.client.getPostsSince(channel.id, 1),
      await bob.client.getPostThread(post.id), await bob.client.getPostsUnread(channel.id, bob.user.id),
    ]
    for (const { posts } of lists) {
      const { files, reactions } = (posts[post.id] as Post).metadata
      deepEqual(files?.map((file) => [file.id, file.width, file.height, file.has_preview_image]), [[fileId, 640, 480, true]])
      deepEqual(reactions?.map((reaction) => reaction.emoji_name), ['smile'])
    }
    await rejects(say(ada, 'the same again', { file_ids: [fileId] }), { status_code: 400 })
  })

  it('pitfall 5: posted is complete and comes to members who look elsewhere', async () => {
    const { ada, bob, channel, team, server } = world
    const socket = await openSocket(server.url, bob.token)
    const post = await say(ada, 'hello @bob')
    const { data, broadcast } = await socket.event('posted')
    const told = data as Record<string, unknown>
    equal((JSON.parse(told['post'] as string) as Post).id, post.id)
    deepEqual([told['channel_display_name'], told['channel_name'], told['channel_type'], told['sender_name'], told['team_id'], told['mentions'], told['set_online']],
      [channel.display_name, channel.name, 'O', '@ada', team.id, JSON.stringify([bob.user.id]), true])
    equal(broadcast.channel_id, channel.id)
    await fetch(`${server.url}/api/v4/posts?set_online=false`, {
      method: 'POST', headers: { Authorization: `Bearer ${ada.token}` }, body: JSON.stringify({ channel_id: channel.id, message: 'quietly' }),
    })
    const quiet = await socket.event('posted', (message) => (message.data as { post: string }).post.includes('quietly'))
    equal((quiet.data as { set_online: boolean }).set_online, false)
    socket.close()
  })

  it('pitfall 7: marking a post unread moves counts and thread state together', async () => {
    const { ada, bob, stranger, channel, team, server } = world
    const socket = await openSocket(server.url, bob.token)
    await read(bob)
    const first = await say(ada, 'one')
    await say(ada, 'two, @bob')
    await say(ada, 'three, @channel')
    await say(ada, 'four, @bob and @channel')
    const expected = [4, 4, 3, 3]
    deepEqual(await counts(bob), expected)
    await read(bob)
    deepEqual(await counts(bob), [0, 0, 0, 0])
    const marked = await setUnread(bob, first.id)
    // Bob's own post is later, so it is unread as well.
    deepEqual(await counts(bob), [5, 5, 3, 3])
    const member = await bob.client.getChannelMember(channel.id, bob.user.id)
    deepEqual([marked.status, marked.body['msg_count'], marked.body['mention_count'], marked.body['last_viewed_at']], [200, member.msg_count, 3, first.create_at - 1])
    const told = await socket.event('post_unread')
    deepEqual(told.data, {
      msg_count: member.msg_count, msg_count_root: member.msg_count_root, mention_count: 3, mention_count_root: 3, urgent_mention_count: 0,
      last_viewed_at: first.create_at - 1, post_id: first.id,
    })
    deepEqual([told.broadcast.channel_id, told.broadcast.team_id, told.broadcast.user_id], [channel.id, team.id, bob.user.id])
    equal((await bob.client.getPostsUnread(channel.id, bob.user.id, 60, 0)).order.at(-1), first.id)

    const mine = await say(bob, 'a question')
    const reply = await say(ada, 'an answer, @bob', { root_id: mine.id })
    await say(ada, 'and another', { root_id: mine.id })
    await bob.client.updateThreadReadForUser(bob.user.id, team.id, mine.id, Date.now())
    await read(bob)
    await setUnread(bob, reply.id)
    deepEqual(await counts(bob), [3, 1, 1, 0])
    const thread = await bob.client.getUserThread(bob.user.id, team.id, mine.id)
    deepEqual([thread.unread_replies, thread.unread_mentions, thread.last_viewed_at], [2, 1, reply.create_at - 1])
    await socket.event('thread_read_changed', (message) => (message.data as { unread_replies?: number }).unread_replies === 2)
    equal((await setUnread(stranger, reply.id)).status, 404)
    socket.close()
  })

  it('pitfall 20: posts, reactions and threads travel as text of JSON, and only to those concerned', async () => {
    const { ada, bob, stranger, server } = world
    const socket = await openSocket(server.url, ada.token)
    const outside = await openSocket(server.url, stranger.token)
    const root = await say(ada, 'root')
    await say(bob, 'reply', { root_id: root.id })
    await bob.client.addReaction(bob.user.id, root.id, 'smile')
    await bob.client.removeReaction(bob.user.id, root.id, 'smile')
    await ada.client.patchPost({ id: root.id, message: 'changed' } as Post)
    await ada.client.deletePost(root.id)
    const payloads = { posted: 'post', thread_updated: 'thread', reaction_added: 'reaction', reaction_removed: 'reaction', post_edited: 'post', post_deleted: 'post' }
    for (const [name, field] of Object.entries(payloads)) {
      const value = ((await socket.event(name)).data as Record<string, unknown>)[field]
      ok(typeof value === 'string' && typeof JSON.parse(value) === 'object', name)
    }
    deepEqual(outside.events.map((message) => message.event).filter((name) => name in payloads), [])
    socket.close()
    outside.close()
  })
})
