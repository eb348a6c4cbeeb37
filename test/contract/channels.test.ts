import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import { openSocket, signIn, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const nobody = 'a'.repeat(26)
const make = (person: Person, teamId: string, name: string, type: 'O' | 'P', displayName = name): Promise<Channel> =>
  person.client.createChannel({ team_id: teamId, name, display_name: displayName, type } as Channel)
const ask = (world: World, person: Person, path: string, method = 'GET', body?: unknown): Promise<Response> =>
  fetch(`${world.server.url}/api/v4${path}`, { method, headers: { Authorization: `Bearer ${person.token}` }, ...(body !== undefined && { body: JSON.stringify(body) }) })
const refusal = async (...parts: Parameters<typeof ask>): Promise<number> => (await ask(...parts)).status

describe('channels', () => {
  let world: World
  let secret: Channel
  before(async () => {
    world = await createWorld()
    secret = await make(world.ada, world.team.id, 'secret', 'P', 'سرّ 秘密')
  })
  after(() => world.close())

  it('are made by members of the team', async () => {
    const { ada, stranger, team, server } = world
    const socket = await openSocket(server.url, ada.token)
    const made = await make(ada, team.id, 'gears', 'O')
    // The channel made before this test may still be told to the new socket.
    const created = await socket.event('channel_created', ({ data }) => (data as { channel_id: string }).channel_id === made.id)
    deepEqual(created.data, { channel_id: made.id, team_id: team.id })
    socket.close()
    deepEqual([made.creator_id, made.type, made.delete_at], [ada.user.id, 'O', 0])
    await rejects(make(ada, team.id, 'gears', 'P'), { server_error_id: 'store.sql_channel.save_channel.exists.app_error' })
    await rejects(make(ada, team.id, 'No Name', 'O'), { status_code: 400 })
    await rejects(make(ada, team.id, 'long', 'O', 'x'.repeat(65)), { status_code: 400 })
    await rejects(make(stranger, team.id, 'mine', 'O'), { status_code: 404 })
  })

  it('are found by id and name, private ones by their members alone', async () => {
    const { ada, bob, stranger, team, channel } = world
    equal((await bob.client.getChannel(channel.id)).name, 'looms')
    equal((await bob.client.getChannelByName(team.id, 'looms')).id, channel.id)
    equal((await bob.client.getChannelByNameAndTeamName('engines', 'looms')).id, channel.id)
    equal((await ada.client.getChannelByName(team.id, 'secret')).id, secret.id)
    for (const person of [bob, stranger]) {
      await rejects(person.client.getChannel(secret.id), { status_code: 404 })
      await rejects(person.client.getChannelByName(team.id, 'secret'), { status_code: 404 })
      await rejects(person.client.getChannelByNameAndTeamName('engines', 'secret'), { status_code: 404 })
      await rejects(person.client.getChannelMembers(secret.id), { status_code: 404 })
      await rejects(person.client.getChannelStats(secret.id), { status_code: 404 })
      await rejects(person.client.addToChannel(person.user.id, secret.id), { status_code: 404 })
    }
    await rejects(stranger.client.getChannel(channel.id), { status_code: 404 })
    await rejects(bob.client.getChannel(nobody), { status_code: 404 })
    await rejects(bob.client.getChannelByName(team.id, 'nothing'), { status_code: 404 })
  })

  it('are listed by team and by user', async () => {
    const { ada, bob, admin, stranger, team, channel } = world
    const names = (channels: readonly { name: string }[]): string[] => channels.map(({ name }) => name).sort()
    deepEqual(names(await bob.client.getChannels(team.id)), ['gears', 'looms', 'off-topic', 'town-square'])
    equal((await bob.client.getChannels(team.id, 1, 3)).length, 1)
    await rejects(stranger.client.getChannels(team.id), { status_code: 404 })
    deepEqual(names(await ada.client.getMyChannels(team.id)), ['gears', 'looms', 'off-topic', 'secret', 'town-square'])
    deepEqual(names(await bob.client.getMyChannels(team.id)), ['looms', 'off-topic', 'town-square'])
    deepEqual(names(await bob.client.getAllTeamsChannels()), ['looms', 'off-topic', 'town-square'])
    equal(await refusal(world, bob, `/users/${ada.user.id}/channels`), 403)
    equal(await refusal(world, bob, `/users/${ada.user.id}/teams/${team.id}/channels`), 403)
    equal(await refusal(world, stranger, `/users/me/teams/${team.id}/channels`), 404)
    deepEqual((await ada.client.getMyChannelMembers(team.id)).map((member) => member.channel_id).sort(), (await ada.client.getMyChannels(team.id)).map(({ id }) => id).sort())
    equal(await refusal(world, bob, `/users/${ada.user.id}/teams/${team.id}/channels/members`), 403)
    const all = await ada.client.getAllChannelsMembers('me', 0, 200)
    deepEqual([all.length, (all[0] as unknown as { team_name: string }).team_name], [5, 'engines'])
    equal((await ada.client.getAllChannelsMembers('me', -1)).length, 5)
    equal((await ada.client.getAllChannelsMembers('me', 1, 3)).length, 2)
    equal(await refusal(world, bob, `/users/${ada.user.id}/channel_members`), 403)

    const console = await (await ask(world, admin, '/channels?exclude_default_channels=true&include_total_count=true')).json() as { channels: Channel[], total_count: number }
    deepEqual([names(console.channels), console.total_count], [['gears', 'looms', 'secret'], 3])
    equal(await refusal(world, bob, '/channels'), 403)
    equal(await refusal(world, bob, `/teams/${team.id}/channels/private`), 403)
    equal(await refusal(world, bob, `/teams/${team.id}/channels/ids`, 'POST', [channel.id, secret.id]), 200)
  })

  it('are searched without telling of private ones', async () => {
    const { ada, bob, admin, stranger, team, channel } = world
    const ids = (channels: readonly { id: string }[]): string[] => channels.map(({ id }) => id)
    deepEqual(ids(await bob.client.searchChannels(team.id, 'LOO')), [channel.id])
    deepEqual(ids(await ada.client.searchChannels(team.id, '秘密')), [])
    deepEqual(ids(await ada.client.autocompleteChannels(team.id, '秘密')), [secret.id])
    deepEqual(ids(await bob.client.autocompleteChannels(team.id, 'secret')), [])
    deepEqual(ids(await bob.client.autocompleteChannels(team.id, '~loom')), [channel.id])
    deepEqual(ids(await bob.client.autocompleteChannels(team.id, '%')), [])
    deepEqual(ids(await ada.client.autocompleteChannelsForSearch(team.id, 'سر')), [secret.id])
    deepEqual(ids(await bob.client.autocompleteChannelsForSearch(team.id, 'gears')), [])
    const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
    deepEqual(ids(await ada.client.autocompleteChannelsForSearch(team.id, 'bob')), [direct.id])
    for (const run of [
      () => stranger.client.searchChannels(team.id, 'loo'), () => stranger.client.autocompleteChannels(team.id, 'loo'), () => stranger.client.autocompleteChannelsForSearch(team.id, 'loo'),
    ]) await rejects(run(), { status_code: 404 })
    deepEqual(ids(await admin.client.searchAllChannels('secret', {}) as unknown as Channel[]), [secret.id])
    deepEqual(ids(await bob.client.searchAllChannels('loo', { nonAdminSearch: true }) as unknown as Channel[]), [channel.id])
    await rejects(bob.client.searchAllChannels('secret', {}), { status_code: 403 })
    equal(await refusal(world, bob, `/teams/${team.id}/channels/search`, 'POST', { term: 7 }), 400)
  })

  it('change their texts, and say so', async () => {
    const { ada, bob, stranger, channel } = world
    const socket = await openSocket(world.server.url, bob.token)
    const said = async (type: string): Promise<Post> => {
      const { data } = await socket.event('posted', (message) => (JSON.parse((message.data as { post: string }).post) as Post).type as string === type)
      return JSON.parse((data as { post: string }).post) as Post
    }
    const patched = await ada.client.patchChannel(channel.id, { header: 'Jacquard', purpose: 'Weaving', display_name: 'Looms & Cards' })
    deepEqual([patched.header, patched.purpose, patched.display_name, patched.name], ['Jacquard', 'Weaving', 'Looms & Cards', 'looms'])
    equal((JSON.parse(((await socket.event('channel_updated')).data as { channel: string }).channel) as Channel).header, 'Jacquard')
    deepEqual((await said('system_header_change')).props, { username: 'ada', old_header: '', new_header: 'Jacquard' })
    deepEqual((await said('system_purpose_change')).props, { username: 'ada', old_purpose: '', new_purpose: 'Weaving' })
    deepEqual((await said('system_displayname_change')).props, { username: 'ada', old_displayname: 'Looms', new_displayname: 'Looms & Cards' })
    socket.close()
    equal((await bob.client.updateChannel({ ...patched, header: 'Punched' })).header, 'Punched')
    // What turns writing around is taken out, and accents are composed: what looks the same is the same.
    equal((await ada.client.patchChannel(channel.id, { display_name: ' \u202egnp.tre\u0301pas ' })).display_name, 'gnp.tr\u00e9pas')
    deepEqual((await ada.client.searchChannels(world.team.id, 'tre\u0301')).map(({ id }) => id), [channel.id])
    await rejects(ada.client.patchChannel(channel.id, { display_name: '\u202e\u2066' }), { status_code: 400 })
    await rejects(ada.client.createChannel({ team_id: world.team.id, name: 'blank', display_name: '\ufeff', type: 'O' } as Channel), { status_code: 400 })
    await rejects(stranger.client.patchChannel(channel.id, { header: 'x' }), { status_code: 404 })
    await rejects(ada.client.patchChannel(channel.id, { header: 'x'.repeat(1025) }), { status_code: 400 })
    await rejects(ada.client.patchChannel(channel.id, { header: 7 as never }), { status_code: 400 })
    await rejects(ada.client.patchChannel(channel.id, { name: 'gears' }), { server_error_id: 'store.sql_channel.update.exists.app_error' })
    const townSquare = await ada.client.getChannelByName(world.team.id, 'town-square')
    await rejects(ada.client.patchChannel(townSquare.id, { name: 'agora' }), { status_code: 400 })
    const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
    equal((await bob.client.patchChannel(direct.id, { header: 'Between us' })).header, 'Between us')
    await rejects(bob.client.patchChannel(direct.id, { display_name: 'Us' }), { status_code: 400 })
  })

  it('become private and public again at the word of those who may', async () => {
    const { ada, bob, admin, team } = world
    const made = await make(ada, team.id, 'turning', 'O')
    const socket = await openSocket(world.server.url, bob.token)
    await rejects(bob.client.updateChannelPrivacy(made.id, 'P'), { status_code: 403 })
    equal((await admin.client.updateChannelPrivacy(made.id, 'P')).type, 'P')
    deepEqual((await socket.event('channel_converted')).data, { channel_id: made.id, channel_type: 'P' })
    socket.close()
    await rejects(bob.client.getChannel(made.id), { status_code: 404 })
    equal((await admin.client.updateChannelPrivacy(made.id, 'O')).type, 'O')
    // Said so that clients can say it in the words of their reader.
    const { order, posts } = await admin.client.getPosts(made.id)
    deepEqual(order.map((id) => posts[id]).filter((post) => String(post?.type) === 'system_change_chan_privacy').map((post) => post?.props['new_type']), ['O', 'P'])
    await rejects(admin.client.updateChannelPrivacy(made.id, 'D'), { status_code: 400 })
    const townSquare = await ada.client.getChannelByName(team.id, 'town-square')
    await rejects(admin.client.updateChannelPrivacy(townSquare.id, 'P'), { status_code: 400 })
  })

  it('are archived and restored, never the default one', async () => {
    const { ada, bob, admin, team } = world
    const made = await make(ada, team.id, 'old', 'O')
    await bob.client.addToChannel(bob.user.id, made.id)
    const socket = await openSocket(world.server.url, bob.token)
    await ada.client.deleteChannel(made.id)
    const { data, broadcast } = await socket.event('channel_deleted')
    deepEqual([(data as { channel_id: string }).channel_id, broadcast.team_id], [made.id, team.id])
    await rejects(ada.client.deleteChannel(made.id), { status_code: 400 })
    await rejects(bob.client.createPost({ channel_id: made.id, message: 'Too late' } as Post), { status_code: 400 })
    ok(!(await bob.client.getMyChannels(team.id)).some(({ id }) => id === made.id))
    ok((await bob.client.getMyChannels(team.id, true)).some(({ id }) => id === made.id))
    deepEqual((await bob.client.getArchivedChannels(team.id)).map(({ id }) => id), [made.id])
    await rejects(bob.client.getChannelByName(team.id, 'old'), { status_code: 404 })
    equal((await bob.client.getChannelByName(team.id, 'old', true)).id, made.id)
    await rejects(bob.client.unarchiveChannel(made.id), { status_code: 403 })
    equal((await admin.client.unarchiveChannel(made.id)).delete_at, 0)
    equal(((await socket.event('channel_restored')).data as { channel_id: string }).channel_id, made.id)
    socket.close()
    await rejects(admin.client.unarchiveChannel(made.id), { status_code: 400 })
    const townSquare = await ada.client.getChannelByName(team.id, 'town-square')
    await rejects(admin.client.deleteChannel(townSquare.id), { status_code: 400 })
    await rejects(bob.client.deleteChannel(secret.id), { status_code: 404 })
    const direct = await ada.client.createDirectChannel([ada.user.id, bob.user.id])
    await rejects(ada.client.deleteChannel(direct.id), { status_code: 400 })
  })

  it('count their members, pinned posts and files', async () => {
    const { ada, bob, admin, channel, stranger } = world
    await ada.client.createPost({ channel_id: channel.id, message: 'Pinned', is_pinned: true } as Post)
    deepEqual(await ada.client.getChannelStats(channel.id, true), { channel_id: channel.id, member_count: 3, guest_count: 0, pinnedpost_count: 1, files_count: 0 })
    equal((await ada.client.getChannelStats(channel.id, false)).files_count, -1)
    await rejects(stranger.client.getChannelStats(channel.id), { status_code: 404 })
    deepEqual(await bob.client.getChannelsMemberCount([channel.id, secret.id]), { [channel.id]: 3 })
    equal(await refusal(world, admin, `/channels/${channel.id}/timezones`), 200)
  })

  it('turn a group into a private channel of a team to which all belong', async () => {
    const { ada, bob, admin, stranger, team } = world
    const group = await ada.client.createGroupChannel([bob.user.id, admin.user.id])
    const outside = await ada.client.createGroupChannel([bob.user.id, stranger.user.id])
    deepEqual((await (await ask(world, ada, `/channels/${group.id}/common_teams`)).json() as { id: string }[]).map(({ id }) => id), [team.id])
    equal(await refusal(world, ada, `/channels/${outside.id}/convert_to_channel`, 'POST', { team_id: team.id, name: 'outside', display_name: 'Outside' }), 400)
    equal(await refusal(world, ada, `/channels/${group.id}/convert_to_channel`, 'POST', { team_id: team.id, name: 'three', display_name: 'Three' }), 200)
    const converted = await ada.client.getChannel(group.id)
    deepEqual([converted.type, converted.team_id, converted.name], ['P', team.id, 'three'])
    equal((await signIn(world.server.url, 'bob', { isNew: false }).then(({ client }) => client.getChannel(group.id))).name, 'three')
  })

  it('of which one is no member are not heard of when a group becomes one', async () => {
    const { ada, bob, admin, team, server } = world
    const dora = await signIn(server.url, 'dora', { inviteId: team.invite_id })
    const group = await bob.client.createGroupChannel([ada.user.id, admin.user.id])
    const [inside, outside] = [await openSocket(server.url, bob.token), await openSocket(server.url, dora.token)]
    equal(await refusal(world, bob, `/channels/${group.id}/convert_to_channel`, 'POST', { team_id: team.id, name: 'plans', display_name: 'Plans' }), 200)
    const { broadcast } = await inside.event('channel_converted')
    equal((broadcast as { team_id: string }).team_id, team.id)
    const townSquare = await ada.client.getChannelByName(team.id, 'town-square')
    await ada.client.createPost({ channel_id: townSquare.id, message: 'Good morning' } as Post)
    await outside.event('posted', ({ data }) => (data as { post: string }).post.includes('Good morning'))
    ok(!JSON.stringify(outside.events).includes(group.id))
    inside.close()
    outside.close()
  })
})
