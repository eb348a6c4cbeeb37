import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { UserProfile } from '@mattermost/types/users'
import { openSocket, password, signIn, type Person, type Socket } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const nobody = 'a'.repeat(26)
const postOf = ({ data }: { data: unknown }): Post => JSON.parse((data as { post: string }).post) as Post
const said = async (socket: Socket, type: string) => socket.event('posted', (message) => postOf(message).type as string === type)

describe('members of channels', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  const ask = (person: Person, method: string, path: string, body?: unknown): Promise<Response> => fetch(`${world.server.url}/api/v4${path}`, {
    method, headers: { Authorization: `Bearer ${person.token}` }, ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const status = async (...parts: Parameters<typeof ask>): Promise<number> => (await ask(...parts)).status
  const make = (name: string, type: 'O' | 'P'): Promise<Channel> => world.ada.client.createChannel({ team_id: world.team.id, name, display_name: name, type } as Channel)

  it('are read by those who may read the channel', async () => {
    const { ada, bob, stranger, admin, channel } = world
    equal((await ada.client.getChannelMembers(channel.id)).length, 3)
    equal((await ada.client.getChannelMembers(channel.id, 1, 2)).length, 1)
    equal((await bob.client.getChannelMember(channel.id, ada.user.id)).roles, 'channel_user channel_admin')
    deepEqual((await bob.client.getChannelMembersByIds(channel.id, [admin.user.id, stranger.user.id])).map((member) => member.user_id), [admin.user.id])
    await rejects(stranger.client.getChannelMembers(channel.id), { status_code: 404 })
    await rejects(stranger.client.getChannelMember(channel.id, ada.user.id), { status_code: 404 })
    await rejects(stranger.client.getChannelMembersByIds(channel.id, [ada.user.id]), { status_code: 404 })
    await rejects(bob.client.getChannelMember(channel.id, stranger.user.id), { status_code: 404 })
  })

  it('join, are added and mentioned by it, leave and are removed, and each is told', async () => {
    const { ada, bob, stranger, team, server } = world
    const [made, secret] = [await make('pistons', 'O'), await make('vault', 'P')]
    const [mine, others] = [await openSocket(server.url, bob.token), await openSocket(server.url, ada.token)]

    equal((await bob.client.addToChannel(bob.user.id, made.id)).user_id, bob.user.id)
    equal(postOf(await said(others, 'system_join_channel')).message, 'bob joined the channel.')
    // She was taken in herself when she made it.
    deepEqual((await others.event('user_added', ({ broadcast, data }) => broadcast.channel_id === made.id && (data as { user_id: string }).user_id !== ada.user.id)).data, { user_id: bob.user.id, team_id: team.id })
    equal((await mine.event('user_added', ({ broadcast }) => broadcast.channel_id === made.id)).broadcast.user_id, bob.user.id)

    await bob.client.removeFromChannel(bob.user.id, made.id)
    equal(postOf(await said(others, 'system_leave_channel')).user_id, bob.user.id)
    deepEqual((await mine.event('user_removed')).data, { channel_id: made.id, remover_id: bob.user.id })
    deepEqual((await others.event('user_removed')).data, { user_id: bob.user.id, remover_id: bob.user.id })

    // A private channel takes nobody on its own word, and those who are added are mentioned.
    await rejects(bob.client.addToChannel(bob.user.id, secret.id), { status_code: 404 })
    const root = await ada.client.createPost({ channel_id: secret.id, message: 'We need @bob here' } as Post)
    await ada.client.addToChannel(bob.user.id, secret.id, root.id)
    const posted = await said(mine, 'system_add_to_channel')
    deepEqual(postOf(posted).props, { userId: ada.user.id, username: 'ada', addedUserId: bob.user.id, addedUsername: 'bob' })
    equal(postOf(posted).root_id, root.id)
    deepEqual(JSON.parse((posted.data as { mentions: string }).mentions), [bob.user.id])
    const member = await bob.client.getChannelMember(secret.id, 'me')
    const { total_msg_count: total } = await bob.client.getChannel(secret.id)
    deepEqual([member.mention_count, total - member.msg_count], [1, 0])

    await ada.client.removeFromChannel(bob.user.id, secret.id)
    deepEqual(postOf(await said(others, 'system_remove_from_channel')).props, { removedUserId: bob.user.id, removedUsername: 'bob' })
    await rejects(bob.client.getChannel(secret.id), { status_code: 404 })
    await rejects(ada.client.removeFromChannel(bob.user.id, secret.id), { status_code: 404 })
    await rejects(bob.client.removeFromChannel(ada.user.id, secret.id), { status_code: 404 })
    mine.close()
    others.close()

    await rejects(ada.client.addToChannel(stranger.user.id, made.id), { status_code: 400 })
    await rejects(ada.client.addToChannel(nobody, made.id), { status_code: 404 })
    equal(await status(ada, 'POST', `/channels/${made.id}/members`, {}), 400)
    equal(await status(ada, 'POST', `/channels/${made.id}/members`, { user_id: 7 }), 400)
    await rejects(ada.client.addToChannel(bob.user.id, made.id, root.id), { status_code: 400 })
    const townSquare = await bob.client.getChannelByName(team.id, 'town-square')
    await rejects(bob.client.removeFromChannel(bob.user.id, townSquare.id), { status_code: 400 })
    await rejects(ada.client.removeFromChannel(bob.user.id, townSquare.id), { status_code: 400 })
  })

  it('are added several at once, those outside of the team left out', async () => {
    const { ada, bob, admin, stranger } = world
    const made = await make('several', 'P')
    const members = await ada.client.addToChannels([bob.user.id, admin.user.id, stranger.user.id], made.id)
    deepEqual(members.map((member) => member.user_id).sort(), [bob.user.id, admin.user.id].sort())
    equal((await ada.client.getChannelStats(made.id)).member_count, 3)
    await rejects(ada.client.addToChannels([stranger.user.id], made.id), { status_code: 400 })
  })

  it('are counted exactly, however many come and go at once', async function () {
    this.timeout(60_000)
    const { ada, admin, server, team } = world
    const made = await make('turnstile', 'O')
    const people = await Promise.all(Array.from({ length: 8 }, async (_, place) => {
      const username = `visitor${place}`
      const { id } = await admin.client.createUser({ username, email: `${username}@example.com`, password } as UserProfile, '', '')
      await admin.client.addToTeam(team.id, id)
      return signIn(server.url, username, { isNew: false })
    }))
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(people.map(({ client, user }) => client.addToChannel(user.id, made.id)))
      equal((await ada.client.getChannelStats(made.id)).member_count, 9)
      await Promise.all(people.flatMap(({ client, user }, place) => [
        client.removeFromChannel(user.id, made.id),
        // The same at the same moment: one of both finds nobody there.
        ...(place % 2 ? [ada.client.removeFromChannel(user.id, made.id)] : []),
      ].map((going) => going.catch((error: unknown) => { equal((error as { status_code: number }).status_code, 404) }))))
      equal((await ada.client.getChannelStats(made.id)).member_count, 1)
    }
    // Coming to a channel while leaving its team ends outside of both.
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(people.flatMap(({ client, user }) => [
        client.addToChannel(user.id, made.id).catch(() => {}), client.removeFromTeam(team.id, user.id),
      ]))
      equal((await ada.client.getChannelStats(made.id)).member_count, 1)
      equal((await ada.client.getChannelMembers(made.id)).length, 1)
      await ada.client.addUsersToTeam(team.id, people.map(({ user }) => user.id))
    }
  })

  it('get roles from those who may give them', async () => {
    const { ada, bob, channel } = world
    const socket = await openSocket(world.server.url, bob.token)
    await rejects(bob.client.updateChannelMemberSchemeRoles(channel.id, bob.user.id, true, true), { status_code: 403 })
    await ada.client.updateChannelMemberSchemeRoles(channel.id, bob.user.id, true, true)
    const { data } = await socket.event('channel_member_updated')
    equal((JSON.parse((data as { channelMember: string }).channelMember) as { roles: string }).roles, 'channel_user channel_admin')
    socket.close()
    await bob.client.updateChannelMemberRoles(channel.id, ada.user.id, 'channel_user')
    equal((await bob.client.getChannelMember(channel.id, ada.user.id)).roles, 'channel_user')
    for (const roles of ['channel_guest', 'system_admin', 'system_manager', 'team_admin', 'channel_nonsense']) {
      await rejects(bob.client.updateChannelMemberRoles(channel.id, ada.user.id, roles), { status_code: 400 })
    }
    await rejects(bob.client.updateChannelMemberRoles(channel.id, nobody, 'channel_user'), { status_code: 404 })
    await bob.client.updateChannelMemberRoles(channel.id, ada.user.id, 'channel_user channel_admin')
  })

  it('say how they want to be told, and keep what mentioned them before', async () => {
    const { ada, bob, channel } = world
    const socket = await openSocket(world.server.url, bob.token)
    const mentions = async (): Promise<number> => (await bob.client.getChannelMember(channel.id, 'me')).mention_count
    const broadcast = (): Promise<Post> => ada.client.createPost({ channel_id: channel.id, message: 'Tea, @channel' } as Post)
    await bob.client.viewMyChannel(channel.id)
    await broadcast()
    equal(await mentions(), 1)
    deepEqual(await bob.client.updateChannelNotifyProps({ channel_id: channel.id, user_id: bob.user.id, ignore_channel_mentions: 'on', push: 'none' } as never), { status: 'OK' })
    const { data } = await socket.event('channel_member_updated')
    const told = JSON.parse((data as { channelMember: string }).channelMember) as { notify_props: Record<string, string>, mention_count: number }
    deepEqual([told.notify_props['push'], told.notify_props['mark_unread'], told.mention_count], ['none', 'all', 1])
    socket.close()
    await broadcast()
    equal(await mentions(), 1)
    await bob.client.updateChannelNotifyProps({ channel_id: channel.id, user_id: bob.user.id, ignore_channel_mentions: 'off' } as never)
    await broadcast()
    equal(await mentions(), 2)
    // A muted channel ignores broadcasts unless it says otherwise.
    await bob.client.updateChannelNotifyProps({ channel_id: channel.id, user_id: bob.user.id, ignore_channel_mentions: 'default', mark_unread: 'mention' } as never)
    await broadcast()
    equal(await mentions(), 2)
    const muted = await (await fetch(`${world.server.url}/api/v4/users/me/channels/${channel.id}/unread`, { headers: { Authorization: `Bearer ${bob.token}` } })).json() as { msg_count: number, mention_count: number }
    deepEqual([muted.msg_count, muted.mention_count], [0, 2])
    await bob.client.updateChannelNotifyProps({ channel_id: channel.id, user_id: bob.user.id, mark_unread: 'all' } as never)
    await bob.client.viewMyChannel(channel.id)
    equal(await mentions(), 0)
    const path = `/channels/${channel.id}/members/${bob.user.id}/notify_props`
    equal(await status(ada, 'PUT', path, { push: 'none' }), 403)
    equal(await status(bob, 'PUT', path, { push: 'sometimes' }), 400)
    equal(await status(bob, 'PUT', path, []), 400)
  })

  it('are not counted while their accounts are inactive', async () => {
    const { ada, admin, team, server } = world
    const [made, other] = [await make('quiet-room', 'P'), await make('quieter-room', 'P')]
    const guest = await signIn(server.url, 'passer-by', { inviteId: team.invite_id })
    await ada.client.addToChannels([admin.user.id, guest.user.id], made.id)
    await admin.client.demoteUserToGuest(guest.user.id)
    const counts = async (): Promise<number[]> => {
      const { member_count: members, guest_count: guests } = await ada.client.getChannelStats(made.id)
      const several = await ada.client.getChannelsMemberCount([made.id, other.id])
      return [members, guests, several[made.id] ?? -1, several[other.id] ?? -1]
    }
    deepEqual(await counts(), [3, 1, 3, 1])
    await admin.client.updateUserActive(guest.user.id, false)
    deepEqual(await counts(), [2, 0, 2, 1])
    await admin.client.updateUserActive(guest.user.id, true)
    deepEqual(await counts(), [3, 1, 3, 1])
  })

  it('are shown to one another, and not to whoever only reads a public channel', async () => {
    const { ada, admin, team, server } = world
    const gina = await signIn(server.url, 'gina', { inviteId: team.invite_id })
    const open = await ada.client.createChannel({ team_id: team.id, name: 'open-house', display_name: 'Open house', type: 'O' } as Channel)
    const root = `/channels/${open.id}`
    const asks: [string, string, unknown?][] = [
      ['GET', `${root}/members`], ['GET', `${root}/stats`], ['GET', `${root}/timezones`], ['GET', `${root}/members/${ada.user.id}`],
      ['POST', `${root}/members/ids`, [ada.user.id]], ['GET', `/users?in_channel=${open.id}`], ['POST', '/users/search', { term: 'a', in_channel_id: open.id }],
      ['GET', `/users/autocomplete?name=a&in_channel=${open.id}`],
    ]
    const statuses = (person: Person) => Promise.all(asks.map(([method, path, body]) => status(person, method, path, body)))
    deepEqual(await statuses(gina), asks.map(() => 403))
    deepEqual([await status(gina, 'GET', root), await status(gina, 'GET', `${root}/posts`), await status(gina, 'POST', '/channels/stats/member_count', [open.id])], [200, 200, 200])
    deepEqual(await statuses(admin), asks.map(() => 200))
    await gina.client.addToChannel(gina.user.id, open.id)
    deepEqual(await statuses(gina), asks.map(() => 200))
  })

  it('read channels, and every device of theirs is told', async () => {
    const { ada, bob, stranger, channel, team } = world
    const townSquare = await ada.client.getChannelByName(team.id, 'town-square')
    // What was read before has been told.
    await world.server.kernel.tail.settled()
    const socket = await openSocket(world.server.url, bob.token)
    await ada.client.createPost({ channel_id: channel.id, message: 'Read me, @bob' } as Post)
    const { last_viewed_at_times: times } = await (await ask(bob, 'POST', '/channels/members/me/view', { channel_id: channel.id, prev_channel_id: townSquare.id })).json() as { last_viewed_at_times: Record<string, number> }
    deepEqual(Object.keys(times).sort(), [channel.id, townSquare.id].sort())
    const viewed = (await socket.event('multiple_channels_viewed')).data as { channel_times: Record<string, number> }
    equal(viewed.channel_times[channel.id], times[channel.id])
    const member = await bob.client.getChannelMember(channel.id, 'me')
    const { total_msg_count: total } = await bob.client.getChannel(channel.id)
    deepEqual([member.mention_count, total - member.msg_count, member.last_viewed_at], [0, 0, times[channel.id]])
    await ada.client.createPost({ channel_id: channel.id, message: 'And me' } as Post)
    await bob.client.readMultipleChannels([channel.id])
    equal((await bob.client.getChannelMember(channel.id, 'me')).msg_count, total + 1)
    socket.close()
    // Of what is not theirs nothing is said.
    deepEqual((await stranger.client.viewMyChannel(channel.id) as unknown as { last_viewed_at_times: unknown }).last_viewed_at_times, {})
    equal(await status(bob, 'POST', `/channels/members/${ada.user.id}/view`, { channel_id: channel.id }), 403)
    equal(await status(bob, 'POST', '/channels/members/me/view', { channel_id: 7 }), 400)
    equal(await status(bob, 'POST', '/channels/members/me/view', { channel_id: '' }), 200)
    equal(await status(bob, 'POST', '/channels/members/me/mark_read', ['x']), 400)
    equal(await status(stranger, 'GET', `/users/me/channels/${channel.id}/unread`), 404)
  })

  it('lose no mention when they read while others write', async () => {
    const { ada, bob, channel } = world
    await bob.client.viewMyChannel(channel.id)
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        ...Array.from({ length: 4 }, (_, place) => ada.client.createPost({ channel_id: channel.id, message: place % 2 ? '@bob' : '@all' } as Post)), bob.client.viewMyChannel(channel.id), bob.client.viewMyChannel(channel.id),
      ])
      const [member, { total_msg_count: total }] = await Promise.all([bob.client.getChannelMember(channel.id, 'me'), bob.client.getChannel(channel.id)])
      // Each post mentions bob, so what is unread is what mentions.
      equal(member.mention_count, total - member.msg_count)
      await bob.client.viewMyChannel(channel.id)
    }
    ok((await bob.client.getChannel(channel.id)).total_msg_count >= 20)
  })
})
