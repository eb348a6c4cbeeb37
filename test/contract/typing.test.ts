import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { openSocket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('typing', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const type = async (token: string, body: unknown, userId = 'me'): Promise<number> => {
    const response = await fetch(`${world.server.url}/api/v4/users/${userId}/typing`, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(body) })
    return response.status
  }

  it('pitfall 4: is told to the others in the channel, with parent_id and the scope of the channel', async () => {
    const { server, ada, bob, stranger, channel } = world
    const [hers, his] = [await openSocket(server.url, ada.token), await openSocket(server.url, bob.token)]
    equal(await type(ada.token, { channel_id: channel.id, parent_id: '' }), 200)
    const { data, broadcast } = await his.event('typing')
    deepEqual(data, { parent_id: '', user_id: ada.user.id })
    deepEqual(broadcast, { omit_users: { [ada.user.id]: true }, user_id: '', channel_id: channel.id, team_id: '', connection_id: '', omit_connection_id: '' })
    const post = await ada.client.createPost({ channel_id: channel.id, message: 'Now' } as Post)
    await hers.event('posted', ({ data: told }) => (told as { post: string }).post.includes(post.id))
    equal(hers.events.filter(({ event }) => event === 'typing').length, 0)
    equal(await type(stranger.token, { channel_id: channel.id }), 404)
    equal(await type(bob.token, { channel_id: channel.id }, ada.user.id), 403)
    equal(await type(bob.token, { channel_id: 'nowhere' }), 400)
    hers.close()
    his.close()
  })
})
