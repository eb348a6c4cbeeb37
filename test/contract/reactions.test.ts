import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import type { Reaction } from '@mattermost/types/reactions'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const refusal = (status: number, id?: string) => ({ status_code: status, ...(id && { server_error_id: id }) })

describe('reactions', () => {
  let world: World
  let post: Post
  beforeEach(async () => {
    world = await createWorld({ settings: { posts: { maximumReactionKinds: 2 } } })
    post = await world.ada.client.createPost({ channel_id: world.channel.id, message: 'look' } as Post)
  })
  afterEach(() => world.close())

  it('POST /reactions and DELETE …/reactions/{name}: are told, change the post, and may be repeated', async () => {
    const { ada, bob, server } = world
    const socket = await openSocket(server.url, ada.token)
    const given = await bob.client.addReaction(bob.user.id, post.id, '+1')
    deepEqual(await bob.client.addReaction(bob.user.id, post.id, '+1'), given)
    const told = JSON.parse(((await socket.event('reaction_added')).data as { reaction: string }).reaction) as Reaction
    deepEqual([told.user_id, told.post_id, told.emoji_name], [bob.user.id, post.id, '+1'])
    const shown = await ada.client.getPost(post.id) as Post & { has_reactions?: boolean }
    deepEqual([shown.has_reactions, shown.metadata.reactions?.length, shown.update_at > post.update_at], [true, 1, true])
    deepEqual((await ada.client.getReactionsForPost(post.id)).map((reaction) => reaction.emoji_name), ['+1'])
    await bob.client.removeReaction(bob.user.id, post.id, '+1')
    await bob.client.removeReaction(bob.user.id, post.id, '+1')
    await socket.event('reaction_removed')
    equal('has_reactions' in await ada.client.getPost(post.id), false)
    socket.close()
  })

  it('refuses strangers, unknown emoji, other people\'s names and too many kinds', async () => {
    const { ada, bob, admin, stranger } = world
    await rejects(stranger.client.addReaction(stranger.user.id, post.id, 'smile'), refusal(404))
    await rejects(stranger.client.getReactionsForPost(post.id), refusal(404))
    await rejects(bob.client.addReaction(ada.user.id, post.id, 'smile'), refusal(403))
    await rejects(bob.client.addReaction(bob.user.id, post.id, 'no_such_emoji'), refusal(404))
    await rejects(bob.client.addReaction(bob.user.id, post.id, 'a b'), refusal(400))
    await bob.client.addReaction(bob.user.id, post.id, 'smile')
    await bob.client.addReaction(bob.user.id, post.id, 'wave')
    await rejects(ada.client.addReaction(ada.user.id, post.id, 'tada'), refusal(400, 'app.reaction.save.save.too_many_reactions'))
    await ada.client.addReaction(ada.user.id, post.id, 'wave')
    await rejects(ada.client.removeReaction(bob.user.id, post.id, 'wave'), refusal(403))
    await admin.client.removeReaction(bob.user.id, post.id, 'wave')
    equal((await ada.client.getReactionsForPost(post.id)).length, 2)
  })

  it('POST /posts/ids/reactions: answers for every id, and tells nobody of what it may not see', async () => {
    const { ada, bob, stranger, server } = world
    await bob.client.addReaction(bob.user.id, post.id, 'smile')
    const quiet = await ada.client.createPost({ channel_id: world.channel.id, message: 'nobody reacts' } as Post)
    const ask = async (token: string, body: unknown) => {
      const response = await fetch(`${server.url}/api/v4/posts/ids/reactions`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(body) })
      return { status: response.status, body: await response.json() as Record<string, Reaction[]> }
    }
    const answer = await ask(ada.token, [post.id, quiet.id])
    deepEqual([answer.body[post.id]?.[0]?.emoji_name, answer.body[quiet.id]], ['smile', []])
    deepEqual((await ask(stranger.token, [post.id])).body, { [post.id]: [] })
    equal((await ask(ada.token, { ids: [] })).status, 400)
  })

  it('shows the server\'s own emoji in messages and reactions', async () => {
    const { ada, bob, admin, server } = world
    await server.kernel.db.hot({
      name: 'emoji', text: `insert into custom_emoji (id, name, creator_id, create_at, update_at, mime_type, storage_key) values ($1, 'rook', $2, 1, 1, 'image/png', 'none')`,
      values: [server.kernel.ids.next(), admin.user.id],
    })
    await bob.client.addReaction(bob.user.id, post.id, 'rook')
    const said = await ada.client.createPost({ channel_id: world.channel.id, message: 'our :rook:' } as Post)
    for (const id of [post.id, said.id]) deepEqual((await ada.client.getPost(id)).metadata.emojis?.map((emoji) => emoji.name), ['rook'])
  })
})
