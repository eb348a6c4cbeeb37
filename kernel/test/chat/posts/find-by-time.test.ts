import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createClient, type Client } from '@rookery/sdk/client'
import { postsFindByTime } from '@rookery/sdk/protocol'
import { sql } from '../../../src/storage/index.ts'
import { createWorld, type World } from '../../../../test/harness/world.ts'

describe('finding a moment in a channel', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const clientOf = (token: string): Client => createClient({ url: world.server.url, token })

  it('answers with the first post from then on, else with the last one; replies and deleted posts do not count', async () => {
    const { ada, channel, server, stranger } = world
    const say = (message: string, rootId = '') => ada.client.createPost({ channel_id: channel.id, message, root_id: rootId } as never)
    const first = await say('first')
    const reply = await say('reply', first.id)
    const deleted = await say('deleted')
    const last = await say('last')
    await ada.client.deletePost(deleted.id)
    for (const [place, { id }] of [first, reply, deleted, last].entries()) await server.kernel.db.query(sql`update posts set create_at = ${(place + 1) * 1000} where id = ${id}`)

    const client = clientOf(ada.token)
    const at = async (moment: number): Promise<string> => (await client.run(postsFindByTime, { channelId: channel.id, at: moment })).postId
    deepEqual([await at(0), await at(1000), await at(1001), await at(4000), await at(4001)], [first.id, first.id, last.id, last.id, last.id])

    const empty = await ada.client.createChannel({ team_id: world.team.id, name: 'silence', display_name: 'Silence', type: 'O' } as never)
    await server.kernel.db.query(sql`delete from posts where channel_id = ${empty.id}`)
    equal((await client.run(postsFindByTime, { channelId: empty.id, at: 0 })).postId, '')
    await rejects(clientOf(stranger.token).run(postsFindByTime, { channelId: channel.id, at: 0 }), { code: 'channel_not_found' })
  })
})
