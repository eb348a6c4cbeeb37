import { deepEqual } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { createWorld, type World } from '../../../../test/harness/world.ts'
import { recountBroadcasts } from '../../../src/chat/channels/broadcast-counting.ts'
import { sql } from '../../../src/storage/index.ts'

describe('counting broadcasts', () => {
  let world: World
  let channel: Channel
  before(async () => {
    world = await createWorld()
    const { ada, bob, team } = world
    channel = await ada.client.createChannel({ team_id: team.id, name: 'shouts', display_name: 'Shouts', type: 'O' } as Channel)
    await ada.client.addToChannel(bob.user.id, channel.id)
  })
  after(() => world.close())

  const shout = () => world.ada.client.createPost({ channel_id: channel.id, message: '@channel tea' } as Post)
  const set = (own: string, account: string, unread = 'all'): Promise<unknown> => world.server.kernel.db.transact(async (transaction) => {
    const userId = world.bob.user.id
    await transaction.query(sql`
      update channel_members set notify_props = notify_props || jsonb_build_object('ignore_channel_mentions', ${own}::text, 'mark_unread', ${unread}::text)
      where channel_id = ${channel.id} and user_id = ${userId}`)
    await transaction.query(sql`update users set notify_props = notify_props || jsonb_build_object('channel', ${account}::text) where id = ${userId}`)
    await recountBroadcasts(transaction, { userId })
  })
  const state = async (): Promise<unknown> => {
    const member = await world.bob.client.getChannelMember(channel.id, world.bob.user.id)
    const counts = await world.server.kernel.db.value<boolean>(sql`select counts_broadcast from channel_members where channel_id = ${channel.id} and user_id = ${world.bob.user.id}`)
    return [member.mention_count, member.mention_count_root, counts]
  }

  it('asks the account and the channel, and keeps what was counted', async () => {
    // To be added to a channel is a mention too.
    deepEqual(await state(), [1, 1, true])
    const seen: unknown[] = []
    const settings = [['default', 'true'], ['default', 'false'], ['off', 'false'], ['off', 'true'], ['on', 'true'], ['default', 'true', 'mention'], ['off', 'true', 'mention'], ['on', 'false']] as const
    for (const [own, account, unread] of settings) {
      await set(own, account, unread)
      await shout()
      seen.push(await state())
    }
    deepEqual(seen, [[2, 2, true], [2, 2, false], [2, 2, false], [3, 3, true], [3, 3, false], [3, 3, false], [4, 4, true], [4, 4, false]])
  })

  it('loses and doubles nothing while posts arrive', async () => {
    await set('default', 'true')
    const [before] = await state() as [number]
    // A setting that changes nothing for the counting takes part in the race; each shout counts.
    await Promise.all([...Array.from({ length: 20 }, shout), ...Array.from({ length: 10 }, (_, round) => set(round % 2 ? 'off' : 'default', 'true'))])
    deepEqual(await state(), [before + 20, before + 20, true])
    // And what is ignored at last stays ignored.
    await set('on', 'true')
    await shout()
    deepEqual(await state(), [before + 20, before + 20, false])
  })
})
