import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { openSocket, signIn, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('direct and group channels', () => {
  let world: World
  let carl: Person
  before(async () => {
    world = await createWorld()
    carl = await signIn(world.server.url, 'carl', { inviteId: world.team.invite_id })
  })
  after(() => world.close())

  it('opens one direct channel however many ask at once, and one with oneself', async () => {
    const { ada, bob, stranger } = world
    const [adaId, bobId] = [ada.user.id, bob.user.id]
    const socket = await openSocket(world.server.url, bob.token)
    const opened = await Promise.all([
      ada.client.createDirectChannel([adaId, bobId]), bob.client.createDirectChannel([bobId, adaId]), ada.client.createDirectChannel([adaId, bobId]), bob.client.createDirectChannel([adaId, bobId]),
    ])
    deepEqual([...new Set(opened.map((channel) => channel.id))], [opened[0].id])
    equal(opened[0].type, 'D')
    equal(opened[0].name, [adaId, bobId].sort().join('__'))
    const { broadcast } = await socket.event('direct_added')
    equal(broadcast.channel_id, opened[0].id)
    equal(socket.events.filter(({ event }) => event === 'direct_added').length, 1)
    await ada.client.createPost({ channel_id: opened[0].id, message: 'Psst' } as Post)
    await socket.event('posted')
    socket.close()

    const own = await ada.client.createDirectChannel([adaId, adaId])
    notEqual(own.id, opened[0].id)
    equal((await ada.client.getChannelStats(own.id)).member_count, 1)
    equal((await ada.client.getChannelStats(opened[0].id)).member_count, 2)

    await rejects(ada.client.createDirectChannel([adaId, 'a'.repeat(26)]), { status_code: 404 })
    await rejects(ada.client.createDirectChannel([bobId, carl.user.id]), { status_code: 403 })
    await rejects(carl.client.getChannel(opened[0].id), { status_code: 404 })
    await rejects(carl.client.addToChannel(carl.user.id, opened[0].id), { status_code: 404 })
    await rejects(ada.client.addToChannel(stranger.user.id, opened[0].id), { status_code: 400 })
    await rejects(ada.client.removeFromChannel(bobId, opened[0].id), { status_code: 400 })
  })

  it('opens a group of three to eight', async () => {
    const { ada, bob, admin } = world
    const socket = await openSocket(world.server.url, carl.token)
    const ids = [bob.user.id, carl.user.id]
    const groups = await Promise.all([ada.client.createGroupChannel(ids), ada.client.createGroupChannel([...ids, ada.user.id]), bob.client.createGroupChannel([ada.user.id, ...ids])])
    equal(new Set(groups.map((group) => group.id)).size, 1)
    equal(groups[0].display_name, 'ada, bob, carl')
    const { data } = await socket.event('group_added')
    deepEqual([...JSON.parse((data as { teammate_ids: string }).teammate_ids) as string[]].sort(), [ada.user.id, ...ids].sort())
    socket.close()
    await rejects(ada.client.createGroupChannel([bob.user.id]), { server_error_id: 'api.channel.create_group.bad_size.app_error' })
    await rejects(admin.client.createGroupChannel([]), { status_code: 400 })
  })
})
