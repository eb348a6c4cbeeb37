import { deepEqual, equal } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { pluginsDeadLetters, pluginsReplay } from '@rookery/sdk/protocol'
import { command, enablePlugin, eventually } from '../../../test/harness/plugin-actions.ts'
import { createWorld, type World } from '../../../test/harness/world.ts'

describe('Plugins that answer each other', () => {
  let world: World
  before(async () => { world = await createWorld({ plugins: ['tick', 'tock'] }) })
  after(() => world.close())

  it('come to an end: effects of effects are refused beyond the fourth', async () => {
    await enablePlugin(world, 'tick')
    await enablePlugin(world, 'tock')
    await world.ada.client.createPost({ channel_id: world.channel.id, message: 'tick' } as Post)
    const [letter] = await eventually(() => command(world, pluginsDeadLetters, { pluginId: 'tock' }), (letters) => letters.length > 0)
    equal(letter?.lastError, 'Too many requests. Try again in 1 s.')
    // Nor does it go on when time has passed.
    deepEqual(await command(world, pluginsReplay, { pluginId: 'tock', ids: [letter?.id ?? ''] }), { count: 1 })
    await eventually(() => command(world, pluginsDeadLetters, { pluginId: 'tock' }), ([again]) => again !== undefined && again.updateAt !== letter?.updateAt)
    const { posts, order } = await world.ada.client.getPosts(world.channel.id) as { posts: Record<string, Post>, order: string[] }
    deepEqual(order.map((id) => posts[id]?.message).toReversed(), ['tick', 'tock', 'tick', 'tock', 'tick'])
  })
})
