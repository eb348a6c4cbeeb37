import { deepEqual, equal, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { UserProfile } from '@mattermost/types/users'
import { sql } from '../../kernel/src/storage/index.ts'
import { openSocket, password, signIn, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

describe('guests', () => {
  let world: World
  let guest: Person
  before(async () => {
    world = await createWorld()
    const { admin, team, server } = world
    const { id } = await admin.client.createUser({ username: 'gast', email: 'gast@example.com', password } as UserProfile, '', '')
    await server.kernel.db.query(sql`update users set roles = 'system_guest' where id = ${id}`)
    server.kernel.chat.directory.users.forget(id)
    await admin.client.addToTeam(team.id, id)
    guest = await signIn(server.url, 'gast', { isNew: false })
  })
  after(() => world.close())

  it('belong to no channel at first, and see nothing of the team but its name', async () => {
    const { ada, team, channel } = world
    equal((await guest.client.getTeamMember(team.id, guest.user.id)).roles, 'team_guest')
    deepEqual(await guest.client.getMyChannels(team.id), [])
    equal((await guest.client.getTeam(team.id)).invite_id, '')
    await rejects(guest.client.getChannels(team.id), { status_code: 403 })
    await rejects(guest.client.getChannel(channel.id), { status_code: 404 })
    await rejects(guest.client.getChannelByName(team.id, 'town-square'), { status_code: 404 })
    await rejects(guest.client.addToChannel(guest.user.id, channel.id), { status_code: 404 })
    await rejects(guest.client.getTeams(0, 60), { status_code: 403 })
    await rejects(guest.client.createChannel({ team_id: team.id, name: 'mine', display_name: 'Mine', type: 'P' } as Channel), { status_code: 403 })
    await rejects(guest.client.createDirectChannel([guest.user.id, ada.user.id]), { status_code: 404 })
    deepEqual(await guest.client.searchChannels(team.id, 'loo'), [])
    deepEqual(await guest.client.autocompleteChannels(team.id, ''), [])
    deepEqual((await guest.client.getTeamMembers(team.id)).map((member) => member.user_id), [guest.user.id])
    deepEqual(await guest.client.getTeamMembersByIds(team.id, [ada.user.id]), [])
    await rejects(guest.client.getTeamMember(team.id, ada.user.id), { status_code: 404 })
    equal((await guest.client.getTeamStats(team.id)).total_member_count, 1)
    await rejects(guest.client.addToTeamFromInvite('', team.invite_id), { status_code: 403 })
  })

  it('see the channels to which they were added, with the people there, and may leave them', async () => {
    const { ada, bob, team, channel, server } = world
    const room = await ada.client.createChannel({ team_id: team.id, name: 'lobby', display_name: 'Lobby', type: 'O' } as Channel)
    const socket = await openSocket(server.url, ada.token)
    await ada.client.addToChannel(guest.user.id, room.id)
    await socket.event('posted', ({ data }) => (data as { post: string }).post.includes('system_add_guest_to_chan'))
    socket.close()
    equal((await guest.client.getChannelMember(room.id, guest.user.id)).roles, 'channel_guest')
    deepEqual((await guest.client.getMyChannels(team.id)).map(({ id }) => id), [room.id])
    deepEqual((await guest.client.autocompleteChannels(team.id, 'lob')).map(({ id }) => id), [room.id])
    equal((await ada.client.getChannelStats(room.id)).guest_count, 1)
    deepEqual((await guest.client.getTeamMembers(team.id)).map((member) => member.user_id).sort(), [ada.user.id, guest.user.id].sort())
    equal((await guest.client.createDirectChannel([guest.user.id, ada.user.id])).type, 'D')
    await rejects(guest.client.createDirectChannel([guest.user.id, bob.user.id]), { status_code: 404 })
    await rejects(guest.client.addToChannel(bob.user.id, room.id), { status_code: 403 })
    await rejects(guest.client.patchChannel(room.id, { header: 'Mine' }), { status_code: 403 })
    await rejects(guest.client.deleteChannel(room.id), { status_code: 403 })
    await rejects(guest.client.getChannelMembers(channel.id), { status_code: 404 })
    await rejects(ada.client.updateChannelMemberSchemeRoles(room.id, guest.user.id, false, true), { status_code: 400 })
    await guest.client.removeFromChannel(guest.user.id, room.id)
    await rejects(guest.client.getChannel(room.id), { status_code: 404 })
    equal((await ada.client.getChannelStats(room.id)).guest_count, 0)
  })
})
