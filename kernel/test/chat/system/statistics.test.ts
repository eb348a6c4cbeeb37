import { deepEqual, equal } from 'node:assert/strict'
import { statisticsListDays, type DayStatistics } from '@rookery/sdk/protocol'
import type { Post } from '@mattermost/types/posts'
import { createHeldClock } from '../../../../test/harness/held-clock.ts'
import { createWorld, type World } from '../../../../test/harness/world.ts'

const dayMs = 86_400_000

describe('statistics over time', () => {
  let world: World
  const clock = createHeldClock()
  // Far from midnight, whenever the test runs.
  clock.advance(dayMs - (clock.now() % dayMs) + dayMs / 2)
  before(async () => { world = await createWorld({ clock }) })
  after(() => world.close())

  const ask = (token: string, days: number): Promise<Response> => fetch(`${world.server.url}/api/v1/${statisticsListDays.name}?days=${days}`, { headers: { authorization: `Bearer ${token}` } })
  const days = async (count: number): Promise<(number | string)[][]> => (await (await ask(world.admin.token, count)).json() as DayStatistics[]).map(({ day, postCount, authorCount }) => [day, postCount, authorCount])
  const dayOf = (ago: number): string => new Date(clock.now() - ago * dayMs).toISOString().slice(0, 10)
  const say = ({ client }: World['ada'], message: string) => client.createPost({ channel_id: world.channel.id, message } as Post)

  it('count each day what was written and by how many, deleted posts too, system messages and days without any', async () => {
    const { ada, bob } = world
    await say(ada, 'one')
    const second = await say(ada, 'two')
    await say(bob, 'three')
    await bob.client.removeFromChannel(bob.user.id, world.channel.id)
    await ada.client.addToChannel(bob.user.id, world.channel.id)
    await ada.client.deletePost(second.id)
    deepEqual(await days(2), [[dayOf(1), 0, 0], [dayOf(0), 3, 2]])
    clock.advance(2 * dayMs)
    await say(bob, 'four')
    deepEqual(await days(4), [[dayOf(3), 0, 0], [dayOf(2), 3, 2], [dayOf(1), 0, 0], [dayOf(0), 1, 1]])
    clock.advance(31_000)
    await say(ada, 'five')
    deepEqual(await days(2), [[dayOf(1), 0, 0], [dayOf(0), 2, 2]])
    deepEqual((await days(4))[1], [dayOf(2), 3, 2], 'what has passed is remembered')
  })

  it('are told to administrators alone, for a few months at the most', async () => {
    equal((await ask(world.ada.token, 2)).status, 403)
    equal((await ask(world.admin.token, 91)).status, 400)
  })
})
