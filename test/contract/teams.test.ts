import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import { ask } from '../harness/ask.ts'
import { openSocket, signIn } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

const nobody = 'a'.repeat(26)

describe('teams', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('are made, and a name that is taken or reserved is refused', async () => {
    const { ada } = world
    const team = await ada.client.createTeam({ name: 'looms-and-cards', display_name: 'Looms', type: 'O', allow_open_invite: true } as Team)
    equal(team.delete_at, 0)
    await rejects(ada.client.createTeam({ name: 'looms-and-cards', display_name: 'Again', type: 'O' } as Team), { status_code: 400 })
    await rejects(ada.client.createTeam({ name: 'api-team', display_name: 'No', type: 'O' } as Team), { status_code: 400 })
    await rejects(ada.client.createTeam({ name: 'x'.repeat(65), display_name: 'No', type: 'O' } as Team), { status_code: 400 })
    await ada.client.deleteTeam(team.id)
  })

  it('are read by id and name by those who may see them', async () => {
    const { ada, admin, stranger, team } = world
    equal((await ada.client.getTeam(team.id)).name, 'engines')
    equal((await ada.client.getTeamByName('engines')).id, team.id)
    equal((await ada.client.getTeam(team.id)).invite_id, team.invite_id)
    equal((await admin.client.getTeam(team.id)).id, team.id)
    await rejects(stranger.client.getTeam(team.id), { status_code: 404 })
    await rejects(stranger.client.getTeamByName('engines'), { status_code: 404 })
    await rejects(ada.client.getTeamByName('nothing'), { status_code: 404 })
    deepEqual(await ada.client.checkIfTeamExists('engines'), { exists: true })
    deepEqual(await ada.client.checkIfTeamExists('nothing'), { exists: false })
  })

  it('are listed: open ones for everybody, all for those who may list private ones', async () => {
    const { ada, admin, stranger, team } = world
    const open = await ada.client.createTeam({ name: 'open-house', display_name: 'Open House', type: 'O', allow_open_invite: true } as Team)
    const names = async (client: typeof ada.client): Promise<string[]> => ((await client.getTeams(0, 60)) as Team[]).filter(({ delete_at: at }) => at === 0).map(({ name }) => name)
    deepEqual(await names(stranger.client), ['open-house'])
    deepEqual(await names(admin.client), ['engines', 'open-house'])
    const counted = await stranger.client.getTeams(0, 1, true) as { teams: Team[], total_count: number }
    deepEqual([counted.teams.length, counted.total_count], [1, 1])
    equal(counted.teams[0]?.invite_id, '')
    deepEqual(((await admin.client.searchTeams('engin', {})) as unknown as Team[]).map(({ id }) => id), [team.id])
    deepEqual(await stranger.client.searchTeams('engin', {}), [])
    deepEqual(await stranger.client.searchTeams('%', {}), [])
    equal((await stranger.client.searchTeams('open', { page: 0, per_page: 10 }) as unknown as { total_count: number }).total_count, 1)

    // Whoever sees an open team may join it.
    const member = await stranger.client.addToTeam(open.id, stranger.user.id)
    equal(member.roles, 'team_user')
    await rejects(stranger.client.addToTeam(team.id, stranger.user.id), { status_code: 404 })
    await stranger.client.removeFromTeam(open.id, stranger.user.id)
  })

  it('are changed, archived and restored by those who manage them', async () => {
    const { ada, bob, admin } = world
    const made = await ada.client.createTeam({ name: 'cogs', display_name: 'Cogs', type: 'I' } as Team)
    await ada.client.addToTeam(made.id, bob.user.id)
    const socket = await openSocket(world.server.url, bob.token)
    const patched = await ada.client.patchTeam({ id: made.id, display_name: 'Cogs & Wheels', description: 'عجلات 歯車' } as Team)
    deepEqual([patched.display_name, patched.description, patched.name], ['Cogs & Wheels', 'عجلات 歯車', 'cogs'])
    const { data } = await socket.event('update_team')
    const told = JSON.parse((data as { team: string }).team) as Team
    deepEqual([told.display_name, told.invite_id], ['Cogs & Wheels', ''])
    equal((await ada.client.updateTeam({ ...patched, company_name: 'Engines & Co.' })).company_name, 'Engines & Co.')
    for (const round of ['1', '2', '3']) {
      await Promise.all([ada.client.patchTeam({ id: made.id, description: round } as Team), admin.client.patchTeam({ id: made.id, company_name: round } as Team)])
      const both = await ada.client.getTeam(made.id)
      deepEqual([both.description, both.company_name], [round, round])
    }
    await ada.client.patchTeam({ id: made.id, description: 'عجلات 歯車' } as Team)
    await rejects(bob.client.patchTeam({ id: made.id, display_name: 'Mine' } as Team), { status_code: 403 })
    await rejects(ada.client.patchTeam({ id: made.id, display_name: ' \u202e ' } as Team), { status_code: 400 })
    await rejects(ada.client.patchTeam({ id: made.id, display_name: 'x'.repeat(65) } as Team), { status_code: 400 })

    const renewed = await ada.client.regenerateTeamInviteId(made.id)
    ok(renewed.invite_id !== made.invite_id)
    await rejects(bob.client.regenerateTeamInviteId(made.id), { status_code: 403 })
    deepEqual(await ada.client.getTeamInviteInfo(renewed.invite_id), { id: made.id, name: 'cogs', display_name: 'Cogs & Wheels', description: 'عجلات 歯車' })
    await rejects(ada.client.getTeamInviteInfo(made.invite_id), { status_code: 404 })

    await rejects(bob.client.deleteTeam(made.id), { status_code: 403 })
    await ada.client.deleteTeam(made.id)
    await socket.event('delete_team')
    ok(!(await bob.client.getMyTeams()).some(({ id }) => id === made.id))
    await rejects(bob.client.getTeam(made.id), { status_code: 404 })
    await rejects(ada.client.addToTeam(made.id, admin.user.id), { status_code: 404 })
    await rejects(bob.client.unarchiveTeam(made.id), { status_code: 404 })
    equal((await ada.client.unarchiveTeam(made.id)).delete_at, 0)
    await socket.event('restore_team')
    equal((await bob.client.getTeam(made.id)).id, made.id)
    socket.close()
    await rejects(ada.client.getTeam(nobody), { status_code: 404 })
  })

  it('keep a picture that members see and managers change', async () => {
    const { ada, admin, bob, stranger, team, server } = world
    const address = `${server.url}/api/v4/teams/${team.id}/image`
    const ask = (token: string, init: RequestInit = {}): Promise<Response> => fetch(address, { ...init, headers: { Authorization: `Bearer ${token}` } })
    equal((await ask(ada.token)).status, 404)
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
    await rejects(bob.client.setTeamIcon(team.id, new File([png], 'icon.png')), { status_code: 403 })
    await rejects(admin.client.setTeamIcon(team.id, new File(['no image'], 'icon.png')), { status_code: 400 })
    await admin.client.setTeamIcon(team.id, new File([png], 'icon.png'))
    const answer = await ask(ada.token)
    deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/png'])
    ok((await answer.arrayBuffer()).byteLength > 50)
    ok(((await ada.client.getTeam(team.id)) as Team & { last_team_icon_update: number }).last_team_icon_update > 0)
    equal((await ask(stranger.token)).status, 404)
    await admin.client.removeTeamIcon(team.id)
    equal((await ask(ada.token)).status, 404)
    await rejects(bob.client.removeTeamIcon(team.id), { status_code: 403 })
  })
})

describe('members of teams', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('are listed, read and counted for members alone', async () => {
    const { ada, bob, admin, stranger, team } = world
    const ids = [ada.user.id, bob.user.id, admin.user.id]
    deepEqual((await ada.client.getTeamMembers(team.id)).map((member) => member.user_id).sort(), ids.toSorted())
    equal((await ada.client.getTeamMembers(team.id, 0, 2)).length, 2)
    equal((await ada.client.getTeamMember(team.id, bob.user.id)).roles, 'team_user')
    deepEqual((await ada.client.getTeamMembersByIds(team.id, [bob.user.id, stranger.user.id])).map((member) => member.user_id), [bob.user.id])
    deepEqual(await ada.client.getTeamStats(team.id), { team_id: team.id, total_member_count: 3, active_member_count: 3 })
    deepEqual((await ada.client.getMyTeamMembers()).map((member) => member.team_id), [team.id])
    await rejects(stranger.client.getTeamMembers(team.id), { status_code: 404 })
    await rejects(stranger.client.getTeamMember(team.id, bob.user.id), { status_code: 404 })
    await rejects(stranger.client.getTeamMembersByIds(team.id, [bob.user.id]), { status_code: 404 })
    await rejects(stranger.client.getTeamStats(team.id), { status_code: 404 })
    await rejects(ada.client.getTeamMember(team.id, stranger.user.id), { status_code: 404 })
    await rejects(ada.client.getTeamMembersByIds(team.id, []), { status_code: 400 })
    await rejects(bob.client.getTeamsForUser(ada.user.id), { status_code: 403 })
    await rejects(bob.client.getTeamMembersForUser(ada.user.id), { status_code: 403 })
  })

  it('are added by others, one or many, or come by an invitation', async () => {
    const { ada, admin, stranger, team, server } = world
    const [dora, emil, fred] = [await signIn(server.url, 'dora'), await signIn(server.url, 'emil'), await signIn(server.url, 'fred')]
    const socket = await openSocket(server.url, dora.token)
    await ada.client.addToTeam(team.id, dora.user.id)
    deepEqual((await socket.event('added_to_team')).data, { team_id: team.id, user_id: dora.user.id })
    const townSquare = await dora.client.getChannelByName(team.id, 'town-square')
    const posted = await socket.event('posted', ({ broadcast, data }) => broadcast.channel_id === townSquare.id && (data as { post: string }).post.includes('system_add_to_team'))
    deepEqual(JSON.parse((posted.data as { mentions: string }).mentions), [dora.user.id])
    socket.close()
    deepEqual((await ada.client.addUsersToTeam(team.id, [emil.user.id, fred.user.id])).map((member) => member.user_id).sort(), [emil.user.id, fred.user.id].sort())
    const answers = await ada.client.addUsersToTeamGracefully(team.id, [stranger.user.id, nobody])
    deepEqual(answers.map(({ error }) => (error as { id?: string } | undefined)?.id), [undefined, 'app.user.missing_account.const'])
    await rejects(ada.client.addUsersToTeam(team.id, [nobody]), { status_code: 404 })
    await rejects(ada.client.addToTeam(team.id, nobody), { status_code: 404 })
    await rejects(ada.client.addToTeam(team.id, 'x'), { status_code: 400 })

    const gwen = await signIn(server.url, 'gwen')
    equal((await gwen.client.addToTeamFromInvite('', team.invite_id)).user_id, gwen.user.id)
    await rejects(gwen.client.addToTeamFromInvite('', 'nothing'), { status_code: 404 })

    await admin.client.patchTeam({ id: team.id, allowed_domains: 'elsewhere.example' } as Team)
    const hugo = await signIn(server.url, 'hugo')
    await rejects(hugo.client.addToTeamFromInvite('', team.invite_id), { status_code: 400 })
    await admin.client.patchTeam({ id: team.id, allowed_domains: 'elsewhere.example, example.com' } as Team)
    equal((await hugo.client.addToTeamFromInvite('', team.invite_id)).user_id, hugo.user.id)
    await admin.client.patchTeam({ id: team.id, allowed_domains: '' } as Team)
  })

  it('leave its channels with it and keep their direct ones', async () => {
    const { ada, bob, team, channel, server } = world
    const ivan = await signIn(server.url, 'ivan', { inviteId: team.invite_id })
    await ada.client.addToChannel(ivan.user.id, channel.id)
    const direct = await ivan.client.createDirectChannel([ivan.user.id, ada.user.id])
    const before = (await ada.client.getChannelStats(channel.id)).member_count
    const [mine, others] = [await openSocket(server.url, ivan.token), await openSocket(server.url, bob.token)]
    await rejects(bob.client.removeFromTeam(team.id, ivan.user.id), { status_code: 403 })
    await ivan.client.removeFromTeam(team.id, ivan.user.id)
    deepEqual((await mine.event('leave_team')).data, { user_id: ivan.user.id, team_id: team.id })
    deepEqual((await others.event('leave_team')).data, { user_id: ivan.user.id, team_id: team.id })
    await others.event('posted', ({ data }) => (data as { post: string }).post.includes('system_leave_team'))
    equal(others.events.filter(({ event }) => event === 'leave_team').length, 1)
    mine.close()
    others.close()
    equal((await ada.client.getChannelStats(channel.id)).member_count, before - 1)
    await rejects(ivan.client.getChannel(channel.id), { status_code: 404 })
    await rejects(ivan.client.getMyChannelMembers(team.id), { status_code: 404 })
    equal((await ivan.client.getChannel(direct.id)).id, direct.id)
    await rejects(ivan.client.removeFromTeam(team.id, ivan.user.id), { status_code: 404 })

    // Coming back begins anew, without the channels of before.
    await ada.client.addToTeam(team.id, ivan.user.id)
    deepEqual((await ivan.client.getMyChannels(team.id)).map(({ name }) => name).filter((name) => !name.includes('__')).sort(), ['off-topic', 'town-square'])
  })

  it('get roles from those who may give them', async () => {
    const { ada, bob, admin, team, server } = world
    const socket = await openSocket(server.url, bob.token)
    await rejects(ada.client.updateTeamMemberSchemeRoles(team.id, bob.user.id, true, true), { status_code: 403 })
    await admin.client.updateTeamMemberSchemeRoles(team.id, bob.user.id, true, true)
    const { data } = await socket.event('memberrole_updated')
    equal((JSON.parse((data as { member: string }).member) as { roles: string }).roles, 'team_user team_admin')
    socket.close()
    await bob.client.updateTeamMemberRoles(team.id, ada.user.id, ['team_user', 'team_post_all'])
    equal((await bob.client.getTeamMember(team.id, ada.user.id)).roles, 'team_user team_post_all')
    for (const roles of [['system_admin'], ['team_guest'], ['team_nonsense'], ['system_manager']]) {
      await rejects(bob.client.updateTeamMemberRoles(team.id, ada.user.id, roles), { status_code: 400 })
    }
    await rejects(bob.client.updateTeamMemberRoles(team.id, nobody, ['team_user']), { status_code: 404 })
    await bob.client.updateTeamMemberRoles(team.id, ada.user.id, ['team_user'])
    await admin.client.updateTeamMemberSchemeRoles(team.id, bob.user.id, true, false)
  })

  it('know what they have not read', async () => {
    const { ada, bob, stranger, team, channel } = world
    await bob.client.viewMyChannel(channel.id)
    const before = (await bob.client.getMyTeamUnreads(false)).find(({ team_id: id }) => id === team.id)
    await ada.client.createPost({ channel_id: channel.id, message: 'Hello @bob' } as never)
    await ada.client.createPost({ channel_id: channel.id, message: 'Hello @all' } as never)
    const after = (await bob.client.getMyTeamUnreads(false)).find(({ team_id: id }) => id === team.id)
    deepEqual([(after?.msg_count ?? 0) - (before?.msg_count ?? 0), (after?.mention_count ?? 0) - (before?.mention_count ?? 0)], [2, 2])
    const answer = await fetch(`${world.server.url}/api/v4/users/me/teams/${team.id}/unread`, { headers: { Authorization: `Bearer ${bob.token}` } })
    equal((await answer.json() as { msg_count: number }).msg_count, after?.msg_count)
    equal((await fetch(`${world.server.url}/api/v4/users/me/teams/${team.id}/unread`, { headers: { Authorization: `Bearer ${stranger.token}` } })).status, 200)
    equal((await fetch(`${world.server.url}/api/v4/users/${ada.user.id}/teams/unread`, { headers: { Authorization: `Bearer ${bob.token}` } })).status, 403)
  })

  it('that are archived are found no more, and in their channels life goes on as in Mattermost', async () => {
    const { ada, bob, stranger, server } = world
    const doomed = await ada.client.createTeam({ name: 'doomed', display_name: 'Doomed', type: 'O' } as Team)
    await ada.client.addToTeam(doomed.id, bob.user.id)
    const inside = await ada.client.createChannel({ team_id: doomed.id, name: 'inside', display_name: 'Inside', type: 'O' } as Channel)
    await ada.client.addToChannel(bob.user.id, inside.id)
    const root = await bob.client.createPost({ channel_id: inside.id, message: 'Before' } as Post)
    await ada.client.deleteTeam(doomed.id)
    for (const [method, path] of [['GET', `/teams/${doomed.id}`], ['GET', `/teams/${doomed.id}/members`], ['GET', `/users/me/teams/${doomed.id}/channels`], ['GET', `/teams/${doomed.id}/channels`]] as const) {
      equal((await ask(server.url, bob.token, method, path)).status, 404, path)
    }
    ok(!(await bob.client.getMyTeams()).some(({ id }) => id === doomed.id))
    equal((await ask(server.url, bob.token, 'GET', `/channels/${inside.id}`)).status, 200)
    equal((await bob.client.createPost({ channel_id: inside.id, root_id: root.id, message: 'After' } as Post)).message, 'After')
    equal((await ada.client.getPosts(inside.id)).order.length > 1, true)
    equal((await ask(server.url, stranger.token, 'GET', `/channels/${inside.id}/posts`)).status, 404)
    equal((await ask(server.url, stranger.token, 'POST', '/posts', { channel_id: inside.id, message: 'In' })).status, 404)
    equal((await ask(server.url, stranger.token, 'POST', `/channels/${inside.id}/members`, { user_id: stranger.user.id })).status, 404)
    equal((await ask(server.url, ada.token, 'POST', `/teams/${doomed.id}/restore`)).status, 200)
    equal((await bob.client.getTeam(doomed.id)).delete_at, 0)
  })
})
