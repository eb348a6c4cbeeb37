import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import type { UserThread } from '@mattermost/types/threads'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const refusal = (status: number) => ({ status_code: status })

describe('threads', () => {
  let world: World
  let root: Post
  const say = (person: Person, message: string, rootId = root?.id ?? ''): Promise<Post> =>
    person.client.createPost({ channel_id: world.channel.id, message, root_id: rootId } as Post)
  const ask = async (person: Person, method: string, path: string) => {
    const response = await fetch(`${world.server.url}/api/v4/users/${person.user.id}/teams/${world.team.id}/threads${path}`, { method, headers: { Authorization: `Bearer ${person.token}` } })
    return { status: response.status, body: await response.json() as Record<string, unknown> }
  }
  const list = (person: Person, options = {}) => person.client.getUserThreads(person.user.id, world.team.id, options)

  beforeEach(async () => {
    world = await createWorld()
    root = await say(world.ada, 'a question', '')
  })
  afterEach(() => world.close())

  it('GET threads: lists what one follows with totals, and is nobody else\'s', async () => {
    const { ada, bob, admin } = world
    await say(bob, 'an answer')
    await say(bob, 'another, @admin')
    const ofAda = await list(ada, { extended: true })
    deepEqual([ofAda.total, ofAda.total_unread_threads, ofAda.total_unread_mentions], [1, 1, 0])
    const [thread] = ofAda.threads as UserThread[]
    deepEqual([thread?.id, thread?.reply_count, thread?.unread_replies, thread?.unread_mentions], [root.id, 2, 2, 0])
    deepEqual((thread?.participants as { username?: string }[]).map((user) => user.username), ['bob'])
    deepEqual((await list(bob)).threads.map((each) => each.unread_replies), [0])
    const ofAdmin = await list(admin)
    deepEqual([ofAdmin.total_unread_mentions, ofAdmin.threads[0]?.unread_mentions], [1, 1])
    deepEqual((await list(bob, { unread: true })).threads, [])
    equal((await list(ada, { totalsOnly: true })).total, 1)
    equal((await list(ada, { threadsOnly: true })).threads.length, 1)
    await rejects(bob.client.getUserThreads(ada.user.id, world.team.id, {}), refusal(403))
    await rejects(world.stranger.client.getUserThreads(world.stranger.user.id, world.team.id, {}), refusal(404))
    equal((await ask(ada, 'GET', `?before=${root.id}&after=${root.id}`)).status, 400)
    equal((await ask(ada, 'GET', '?totalsOnly=true&threadsOnly=true')).status, 400)
    deepEqual((await ask(admin, 'GET', '/mention_counts')).body, { [world.channel.id]: 1 })
  })

  it('goes through the list in pages', async () => {
    const { ada, bob } = world
    const roots = [root]
    for (let count = 0; count < 3; count += 1) roots.push(await say(ada, `question ${count}`, ''))
    for (const each of roots) await say(bob, 'answer', each.id)
    const ids = roots.map((each) => each.id).reverse()
    deepEqual((await list(ada, { perPage: 2 })).threads.map((thread) => thread.id), ids.slice(0, 2))
    deepEqual((await list(ada, { perPage: 2, before: ids[1] })).threads.map((thread) => thread.id), ids.slice(2))
    deepEqual((await list(ada, { perPage: 2, after: ids[2] })).threads.map((thread) => thread.id), [ids[1], ids[0]])
    await ada.client.deletePost(ids[0] as string)
    deepEqual([(await list(ada)).total, (await list(ada, { deleted: true })).total], [3, 4])
  })

  it('tells each follower how the thread stands for it', async () => {
    const { ada, bob, server } = world
    const socket = await openSocket(server.url, ada.token)
    await say(bob, 'an answer')
    const told = await socket.event('thread_updated')
    const { thread, previous_unread_replies: before } = told.data as { thread: string, previous_unread_replies: number }
    const { id, unread_replies: unread, reply_count: replies, post, participants } = JSON.parse(thread) as UserThread
    deepEqual([id, unread, replies, before, (post as unknown as Post).message], [root.id, 1, 1, 0, 'a question'])
    equal((participants[0] as { username?: string }).username, 'bob')
    deepEqual([told.broadcast.user_id, told.broadcast.team_id], [ada.user.id, world.team.id])
    await say(bob, 'and more')
    const again = await socket.event('thread_updated', (message) => (JSON.parse((message.data as { thread: string }).thread) as UserThread).reply_count === 2)
    equal((again.data as { previous_unread_replies: number }).previous_unread_replies, 1)
    socket.close()
  })

  it('PUT and DELETE following: begin and end it, and a mention begins it again', async () => {
    const { ada, bob, stranger, server } = world
    const socket = await openSocket(server.url, ada.token)
    await say(bob, 'an answer')
    equal((await ask(ada, 'DELETE', `/${root.id}/following`)).status, 200)
    const told = await socket.event('thread_follow_changed')
    deepEqual(told.data, { thread_id: root.id, state: false, reply_count: 1 })
    await say(bob, 'another answer')
    deepEqual((await list(ada)).threads, [])
    await rejects(ada.client.getUserThread(ada.user.id, world.team.id, root.id), refusal(404))
    await say(bob, 'what do you say, @ada?')
    deepEqual((await list(ada)).threads.map((thread) => [thread.unread_replies, thread.unread_mentions]), [[3, 1]])
    equal((await ask(ada, 'PUT', `/${root.id}/following`)).status, 200)
    deepEqual((await list(ada)).threads.map((thread) => [thread.unread_replies, thread.unread_mentions]), [[0, 0]])
    // Before the first reply there is nothing to list, but it is followed.
    const quiet = await say(bob, 'nobody answered', '')
    equal((await ask(ada, 'PUT', `/${quiet.id}/following`)).status, 200)
    equal((await list(ada)).total, 1)
    await say(bob, 'I do', quiet.id)
    equal((await list(ada)).total, 2)
    equal((await ask(stranger, 'PUT', `/${root.id}/following`)).status, 404)
    equal((await ask(stranger, 'DELETE', `/${root.id}/following`)).status, 404)
    equal((await ask(ada, 'PUT', `/${(await say(bob, 'a reply')).id}/following`)).status, 404)
    socket.close()
  })

  it('PUT read/{timestamp} and POST set_unread/{post}: move exactly', async () => {
    const { ada, bob, server } = world
    const socket = await openSocket(server.url, ada.token)
    const replies: Post[] = []
    for (let count = 0; count < 4; count += 1) replies.push(await say(bob, count === 2 ? 'you, @ada' : `answer ${count}`))
    const read = await ask(ada, 'PUT', `/${root.id}/read/${replies[1]?.create_at}`)
    deepEqual([read.status, read.body['unread_replies'], read.body['unread_mentions']], [200, 2, 1])
    const told = (await socket.event('thread_read_changed')).data as Record<string, unknown>
    deepEqual([told['thread_id'], told['unread_replies'], told['previous_unread_replies'], told['previous_unread_mentions'], told['channel_id']], [root.id, 2, 4, 1, world.channel.id])
    const all = await ask(ada, 'PUT', `/${root.id}/read/${Date.now() + 60_000}`)
    deepEqual([all.body['unread_replies'], all.body['unread_mentions']], [0, 0])
    await say(bob, 'one that comes later')
    deepEqual((await list(ada)).threads.map((thread) => thread.unread_replies), [1])
    const unread = await ask(ada, 'POST', `/${root.id}/set_unread/${replies[2]?.id}`)
    deepEqual([unread.status, unread.body['unread_replies'], unread.body['unread_mentions']], [200, 3, 1])
    equal((await ask(bob, 'POST', `/${root.id}/set_unread/${(await say(ada, 'elsewhere', '')).id}`)).status, 404)
    equal((await ask(ada, 'PUT', `/${root.id}/read/soon`)).status, 400)
    // An unread reply that is deleted is not unread any more, a read one was never.
    await bob.client.deletePost((replies[2] as Post).id)
    await bob.client.deletePost((replies[0] as Post).id)
    deepEqual((await list(ada)).threads.map((thread) => [thread.reply_count, thread.unread_replies, thread.unread_mentions]), [[3, 2, 0]])
    socket.close()
  })

  it('are counted for a team as they are listed: those of channels that one belongs to', async () => {
    const { ada, bob, team, channel } = world
    const unread = async (): Promise<unknown[]> => {
      const response = await fetch(`${world.server.url}/api/v4/users/${bob.user.id}/teams/${team.id}/unread`, { headers: { Authorization: `Bearer ${bob.token}` } })
      const { thread_count: threads, thread_mention_count: mentions } = await response.json() as Record<string, unknown>
      return [threads, mentions, (await list(bob)).total_unread_threads]
    }
    await say(ada, 'an answer, @bob')
    deepEqual(await unread(), [1, 1, 1])
    await bob.client.removeFromChannel(bob.user.id, channel.id)
    // Whoever may read a public channel may follow what is said there, and sees nothing of it in its list.
    equal((await ask(bob, 'PUT', `/${root.id}/following`)).status, 200)
    await say(ada, 'another answer')
    deepEqual(await unread(), [0, 0, 0])
  })

  it('PUT threads/read: reads all of the team and of direct channels', async () => {
    const { ada, bob, stranger, server, team } = world
    const socket = await openSocket(server.url, ada.token)
    await say(bob, 'an answer, @ada')
    await ada.client.updateThreadsReadForUser(ada.user.id, team.id)
    const told = await socket.event('thread_read_changed', (message) => !('thread_id' in (message.data as object)))
    ok((told.data as { timestamp: number }).timestamp > 0)
    const { total_unread_threads: threads, total_unread_mentions: mentions } = await list(ada)
    deepEqual([threads, mentions], [0, 0])
    await rejects(stranger.client.updateThreadsReadForUser(ada.user.id, team.id))
    socket.close()
  })
})
