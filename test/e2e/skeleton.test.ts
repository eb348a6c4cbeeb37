import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { openSocket, signIn } from '../harness/mattermost-client.ts'
import { createServerProcess, type ServerProcess } from '../harness/server-process.ts'

describe('the walking skeleton', () => {
  let server: ServerProcess
  before(async function () {
    this.timeout(60_000)
    server = await createServerProcess()
    await server.start()
  })
  after(() => server.remove())

  it('signs up, invites, posts to another socket, and survives kill -9', async function () {
    this.timeout(60_000)
    const ada = await signIn(server.url, 'ada')
    equal(ada.user.roles, 'system_admin system_user')
    const team = await ada.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
    await rejects(signIn(server.url, 'stranger'), { server_error_id: 'api.user.create_user.no_open_server' })
    const bob = await signIn(server.url, 'bob', { inviteId: team.invite_id })
    const channel = await ada.client.createChannel({ team_id: team.id, name: 'looms', display_name: 'Looms', type: 'O' } as Channel)
    const socket = await openSocket(server.url, bob.token)
    await ada.client.addToChannel(bob.user.id, channel.id)
    await socket.event('user_added')
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'Hello @bob', pending_post_id: `${ada.user.id}:1` } as Post)
    const posted = await socket.event('posted', ({ data }) => !(JSON.parse((data as { post: string }).post) as Post).type)
    const data = posted.data as { post: string, mentions: string }
    equal((JSON.parse(data.post) as Post).message, 'Hello @bob')
    deepEqual(JSON.parse(data.mentions), [bob.user.id])
    socket.close()

    await server.kill()
    await server.start()
    const again = await signIn(server.url, 'bob', { isNew: false })
    const history = await again.client.getPosts(channel.id)
    // Below it the server tells who came.
    equal(history.order[0], post.id)
    equal((await ada.client.createPost({ channel_id: channel.id, message: 'Hello @bob', pending_post_id: `${ada.user.id}:1` } as Post)).id, post.id)
    equal(await server.stop(), 0)
  })
})
