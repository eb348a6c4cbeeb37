import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import type { ChannelCategory } from '@mattermost/types/channel_categories'
import type { Channel } from '@mattermost/types/channels'
import type { Team } from '@mattermost/types/teams'
import { sql } from '../../kernel/src/storage/index.ts'
import { openSocket, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('sidebar categories', () => {
  let world: World
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  const read = ({ client, user }: Person) => client.getChannelCategories(user.id, world.team.id)
  const holds = async (person: Person): Promise<Record<string, string[]>> =>
    Object.fromEntries((await read(person)).categories.map((category) => [category.display_name, category.channel_ids]))
  const create = ({ client, user }: Person, fields: Partial<ChannelCategory>): Promise<ChannelCategory> =>
    client.createChannelCategory(user.id, world.team.id, { user_id: user.id, team_id: world.team.id, display_name: 'Work', channel_ids: [], ...fields })

  it('pitfall 2: reading repairs what is missing and includes every channel', async () => {
    const { ada, bob, channel, team } = world
    const first = await read(bob)
    deepEqual(first.categories.map(({ type }) => type), ['favorites', 'channels', 'direct_messages'])
    deepEqual(first.order, first.categories.map(({ id }) => id))
    ok(first.categories[1]?.channel_ids.includes(channel.id))
    equal(first.categories[1]?.channel_ids.length, 3)
    const later = await ada.client.createChannel({ team_id: team.id, name: 'later', display_name: 'Later', type: 'O' } as Channel)
    await ada.client.addToChannel(bob.user.id, later.id)
    ok((await holds(bob))['Channels']?.includes(later.id))
    await rejects(bob.client.getChannelCategories(ada.user.id, team.id), { status_code: 403 })
    await rejects(world.stranger.client.getChannelCategories(world.stranger.user.id, team.id), { status_code: 404 })
  })

  it('are the same for all who read them first at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => read(world.ada)))
    for (const answer of answers) deepEqual(answer, answers[0])
  })

  it('are made, told, read, changed, put in order and deleted', async () => {
    const { server, ada, bob, channel, team } = world
    const socket = await openSocket(server.url, ada.token)
    const work = await create(ada, { channel_ids: [channel.id] })
    match(work.id, /^[a-z0-9]{26}$/)
    deepEqual((await socket.event('sidebar_category_created')).data, { category_id: work.id })
    const { order } = await read(ada)
    deepEqual(order.indexOf(work.id), 1)
    deepEqual((await ada.client.getChannelCategory(ada.user.id, team.id, work.id)).channel_ids, [channel.id])
    const standard = order[0] as string
    equal((await ada.client.getChannelCategory(ada.user.id, team.id, standard)).type, 'favorites')

    await ada.client.updateChannelCategory(ada.user.id, team.id, { ...work, display_name: 'العمل', collapsed: true })
    const updated = await socket.event('sidebar_category_updated', ({ data }) => 'updatedCategories' in (data as object))
    const [told] = JSON.parse((updated.data as { updatedCategories: string }).updatedCategories) as [ChannelCategory]
    deepEqual({ id: told.id, name: told.display_name, collapsed: told.collapsed, sorting: told.sorting }, { id: work.id, name: 'العمل', collapsed: true, sorting: '' })

    const reversed = [...order].reverse()
    deepEqual(await ada.client.updateChannelCategoryOrder(ada.user.id, team.id, reversed), reversed)
    deepEqual((await socket.event('sidebar_category_order_updated')).data, { order: reversed })
    deepEqual((await read(ada)).order, reversed)
    deepEqual(await ada.client.getChannelCategoryOrder(ada.user.id, team.id), reversed)
    await rejects(ada.client.updateChannelCategoryOrder(ada.user.id, team.id, reversed.slice(1)), { status_code: 400 })

    await rejects(bob.client.getChannelCategory(bob.user.id, team.id, work.id), { status_code: 404 })
    await rejects(bob.client.deleteChannelCategory(bob.user.id, team.id, work.id), { status_code: 404 })
    await rejects(ada.client.deleteChannelCategory(ada.user.id, team.id, standard), { status_code: 400 })
    await rejects(ada.client.createChannelCategory(ada.user.id, team.id, { display_name: 'X', user_id: bob.user.id, team_id: team.id }), { status_code: 400 })
    await ada.client.deleteChannelCategory(ada.user.id, team.id, work.id)
    deepEqual((await socket.event('sidebar_category_deleted')).data, { category_id: work.id })
    ok((await holds(ada))['Channels']?.includes(channel.id))
    socket.close()
  })

  it('pitfall 3: the PUT takes a bare array, and moves channels of which each is in exactly one category', async () => {
    const { ada, channel, team } = world
    const [one, two] = [await create(ada, { display_name: 'One', channel_ids: [channel.id] }), await create(ada, { display_name: 'Two' })]
    const answer = await ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...one, channel_ids: [] }, { ...two, channel_ids: [channel.id] }])
    deepEqual(answer.map(({ channel_ids: ids }) => ids), [[], [channel.id]])
    // A client that forgets to name the category which the channel leaves
    await ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...one, channel_ids: [channel.id] }])
    const after = await holds(ada)
    deepEqual([after['One'], after['Two']], [[channel.id], []])
    await Promise.all([one, two, one, two].map((category) => ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...category, channel_ids: [channel.id] }])))
    const all = Object.values(await holds(ada)).flat()
    equal(all.filter((id) => id === channel.id).length, 1)
    equal(new Set(all).size, all.length)
    await rejects(ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...one, id: 'a'.repeat(26) }]), { status_code: 404 })
    await rejects(ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...one, sorting: 'sideways' as never }]), { status_code: 400 })
  })

  it('leave out channels that are not the owner\'s', async () => {
    const { ada, bob, team } = world
    const secret = await ada.client.createChannel({ team_id: team.id, name: 'secret', display_name: 'Secret', type: 'P' } as Channel)
    deepEqual((await create(bob, { channel_ids: [secret.id, 'b'.repeat(26)] })).channel_ids, [])
  })

  it('follow favourite channels of the preferences, and the preferences follow them', async () => {
    const { server, ada, channel, team } = world
    const favorite = { user_id: ada.user.id, category: 'favorite_channel', name: channel.id, value: 'true' }
    await ada.client.savePreferences(ada.user.id, [favorite])
    deepEqual((await holds(ada))['Favorites'], [channel.id])
    const socket = await openSocket(server.url, ada.token)
    await ada.client.savePreferences(ada.user.id, [{ ...favorite, value: 'false' }])
    deepEqual((await socket.event('sidebar_category_updated')).data, {})
    deepEqual((await holds(ada))['Favorites'], [])
    const favorites = (await read(ada)).categories[0] as ChannelCategory
    await ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...favorites, channel_ids: [channel.id] }])
    deepEqual(await ada.client.getMyPreferences(), [favorite])
    await ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...favorites, channel_ids: [] }])
    deepEqual(await ada.client.getMyPreferences(), [])
    await ada.client.savePreferences(ada.user.id, [favorite])
    deepEqual((await holds(ada))['Favorites'], [channel.id])
    await ada.client.deletePreferences(ada.user.id, [favorite])
    deepEqual((await holds(ada))['Favorites'], [])
    ok((await holds(ada))['Channels']?.includes(channel.id))
    socket.close()
  })

  it('keep channels and preferences in step when both are changed at once', async () => {
    const { ada, channel, team } = world
    const favorite = { user_id: ada.user.id, category: 'favorite_channel', name: channel.id, value: 'true' }
    const favorites = (await read(ada)).categories[0] as ChannelCategory
    await Promise.all(Array.from({ length: 12 }, (_, index) => index % 2
      ? ada.client.savePreferences(ada.user.id, [{ ...favorite, value: String(index % 4 === 1) }])
      : ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...favorites, channel_ids: index % 4 === 0 ? [channel.id] : [] }])))
    const isFavorite = (await ada.client.getMyPreferences() as unknown as { value: string }[]).some(({ value }) => value === 'true')
    deepEqual((await holds(ada))['Favorites'], isFavorite ? [channel.id] : [])
  })

  it('hold direct channels in every team, and lose what their owner leaves', async () => {
    const { server, ada, bob, channel } = world
    const { db, clock } = server.kernel
    const other = await ada.client.createTeam({ name: 'mills', display_name: 'Mills', type: 'I' } as Team)
    const direct = 'd'.repeat(26)
    const now = clock.now()
    await db.query(sql`insert into channels (id, create_at, update_at, type, display_name, name) values (${direct}, ${now}, ${now}, 'D', '', ${`${ada.user.id}__${bob.user.id}`})`)
    await db.query(sql`insert into channel_members (channel_id, user_id, create_at, update_at) values (${direct}, ${ada.user.id}, ${now}, ${now})`)
    const placesOfDirect = async (teamId: string): Promise<(string[] | undefined)[]> => {
      const { categories } = await ada.client.getChannelCategories(ada.user.id, teamId)
      return ['Favorites', 'Work', 'Direct Messages'].map((name) => categories.find((category) => category.display_name === name)?.channel_ids)
    }
    deepEqual([await placesOfDirect(world.team.id), await placesOfDirect(other.id)], [[[], undefined, [direct]], [[], undefined, [direct]]])
    await ada.client.savePreferences(ada.user.id, [{ user_id: ada.user.id, category: 'favorite_channel', name: direct, value: 'true' }])
    deepEqual([await placesOfDirect(world.team.id), await placesOfDirect(other.id)], [[[direct], undefined, []], [[direct], undefined, []]])
    await create(ada, { channel_ids: [direct, channel.id] })
    deepEqual([await placesOfDirect(world.team.id), await placesOfDirect(other.id)], [[[], [direct, channel.id], []], [[direct], undefined, []]])
    await db.query(sql`delete from channel_members where user_id = ${ada.user.id} and channel_id = any (array[${direct}, ${channel.id}])`)
    deepEqual([await placesOfDirect(world.team.id), await placesOfDirect(other.id)], [[[], [], []], [[], undefined, []]])
  })

  it('mute the channels they hold', async () => {
    const { ada, channel, team } = world
    const loud = await create(ada, { display_name: 'Loud', channel_ids: [channel.id] })
    const notify = async (): Promise<unknown> => (await ada.client.getChannelMember(channel.id, ada.user.id)).notify_props?.mark_unread
    equal(await notify(), 'all')
    await ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...loud, muted: true }])
    equal(await notify(), 'mention')
    const standard = (await read(ada)).categories.find(({ type }) => type === 'channels') as ChannelCategory
    await ada.client.updateChannelCategories(ada.user.id, team.id, [{ ...loud, muted: true, channel_ids: [] }, { ...standard, channel_ids: [channel.id] }])
    equal(await notify(), 'all')
  })
})
