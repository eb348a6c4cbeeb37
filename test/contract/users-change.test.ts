import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Channel } from '@mattermost/types/channels'
import type { Post } from '@mattermost/types/posts'
import type { UserProfile } from '@mattermost/types/users'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask } from '../harness/ask.ts'
import { createClient, openSocket, password, signIn, type Person } from '../harness/mattermost-client.ts'
import { createTestServer } from '../harness/test-server.ts'
import { createWorld, type World } from '../harness/world.ts'

const patch = (person: Person, fields: Record<string, unknown>, userId = person.user.id) => person.client.patchUser({ id: userId, ...fields } as UserProfile)

describe('signing up', () => {
  it('makes exactly one admin of eight who sign up in the same moment, and lets nobody else in uninvited', async () => {
    const server = await createTestServer({ settings: { accounts: { openSignUp: false } } })
    try {
      const people = Array.from({ length: 8 }, (_, number) => ({ username: `first${number}`, email: `first${number}@example.com`, password }))
      const answers = await Promise.all(people.map((person) => ask(server.url, '', 'POST', '/users', person)))
      const made = answers.filter(({ status }) => status === 201)
      deepEqual(made.map(({ body }) => (body as UserProfile).roles), ['system_admin system_user'])
      ok(answers.every(({ status }) => status === 201 || status === 403))
    } finally { await server.close() }
  })

  it('makes one admin and seven users where sign-up is open', async () => {
    const server = await createTestServer()
    try {
      const people = Array.from({ length: 8 }, (_, number) => ({ username: `first${number}`, email: `first${number}@example.com`, password }))
      const answers = await Promise.all(people.map((person) => ask(server.url, '', 'POST', '/users', person)))
      const roles = answers.map(({ body }) => (body as UserProfile).roles).sort()
      deepEqual(roles, ['system_admin system_user', ...Array<string>(7).fill('system_user')])
    } finally { await server.close() }
  })

  it('refuses names, addresses, passwords and links that cannot be, by the ids that clients know', async () => {
    const world = await createWorld()
    try {
      const { server } = world
      const bare = { username: 'zed', email: 'zed@example.com', password }
      const refusal = async (fields: Record<string, unknown>, query = ''): Promise<unknown> => {
        const { status, body } = await ask(server.url, '', 'POST', `/users${query}`, { ...bare, ...fields })
        return [status, (body as { id: string }).id]
      }
      deepEqual(await refusal({ username: 'ADA' }), [400, 'app.user.save.username_exists.app_error'])
      deepEqual(await refusal({ email: 'Ada@Example.COM' }), [400, 'app.user.save.email_exists.app_error'])
      deepEqual(await refusal({ username: 'a b' }), [400, 'model.user.is_valid.username.app_error'])
      deepEqual(await refusal({ username: 'all' }), [400, 'model.user.is_valid.username.app_error'])
      deepEqual(await refusal({ email: 'nobody' }), [400, 'model.user.is_valid.email.app_error'])
      deepEqual(await refusal({ password: 'short' }), [400, 'model.user.is_valid.pwd_min_length.app_error'])
      deepEqual(await refusal({ password: 'password' }), [400, 'model.user.is_valid.pwd.app_error'])
      deepEqual(await refusal({}, '?iid=nothing'), [404, 'api.team.add_user_to_team_from_invite.invalid.app_error'])
      deepEqual(await refusal({}, '?t=nothing'), [400, 'api.user.create_user.signup_link_invalid.app_error'])
      deepEqual(await refusal({ email: 7 }), [400, 'api.context.invalid_body_param.app_error'])
      deepEqual(await refusal({ props: { note: 'x'.repeat(4000), more: 'x'.repeat(4000), last: 'x' } }), [400, 'api.context.invalid_body_param.app_error'])
      const { body } = await ask(server.url, '', 'POST', '/users', { ...bare, roles: 'system_admin', id: 'x', delete_at: 5, first_name: ' زيد ' })
      deepEqual([(body as UserProfile).roles, (body as UserProfile).first_name, (body as UserProfile).delete_at], ['system_user', 'زيد', 0])
    } finally { await world.close() }
  })
})

describe('changing accounts', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('PUT /users/{id}/patch changes what is given and tells it in three copies', async () => {
    const { server, admin, ada, bob } = world
    const sockets = await Promise.all([admin, ada, bob].map(({ token }) => openSocket(server.url, token)))
    const changed = await patch(ada, { nickname: 'Countess', position: 'Analyst', locale: 'fr', timezone: { useAutomaticTimezone: 'false', manualTimezone: 'Europe/London' }, props: { theme: 'dark' } })
    deepEqual([changed.nickname, changed.position, changed.locale, changed.props, changed.notify_props.channel], ['Countess', 'Analyst', 'fr', { theme: 'dark' }, 'true'])
    deepEqual(changed.timezone, { useAutomaticTimezone: 'false', manualTimezone: 'Europe/London', automaticTimezone: '' })
    const heard = await Promise.all(sockets.map(async (socket) => {
      const { data, broadcast } = await socket.event('user_updated')
      const { user } = data as { user: UserProfile }
      return [user.nickname, user.notify_props !== undefined, broadcast.user_id]
    }))
    deepEqual(heard, [['Countess', true, ''], ['Countess', true, ada.user.id], ['Countess', false, '']])
    deepEqual(sockets.map((socket) => socket.events.filter(({ event }) => event === 'user_updated').length), [1, 1, 1])
    for (const socket of sockets) socket.close()

    equal((await patch(admin, { nickname: 'Lady' }, ada.user.id)).nickname, 'Lady')
    await rejects(patch(bob, { nickname: 'Mine' }, ada.user.id), { status_code: 403 })
    await rejects(patch(ada, { nickname: 'n'.repeat(65) }), { status_code: 400 })
    await rejects(patch(ada, { locale: '../../etc' }), { status_code: 400 })
    await rejects(patch(ada, { timezone: { useAutomaticTimezone: 'maybe' } }), { status_code: 400 })
    equal((await ask(server.url, '', 'PUT', `/users/${ada.user.id}/patch`, { nickname: 'x' })).status, 401)
    equal((await ask(server.url, ada.token, 'PUT', '/users/me/patch', [])).status, 400)
    equal((await patch(ada, { nickname: '😀'.repeat(64) })).nickname, '😀'.repeat(64))
  })

  it('a new name mentions, the old one does no more, and names stay unique', async () => {
    const { server, ada, bob, team, channel } = world
    const cy = await signIn(server.url, 'cy', { inviteId: team.invite_id })
    await ada.client.addToChannel(cy.user.id, channel.id)
    await patch(cy, { notify_props: { ...cy.user.notify_props, mention_keys: 'cy,@cy,weaver' } })
    equal((await patch(cy, { username: 'Cyrus' })).username, 'cyrus')
    equal((await cy.client.getMe()).notify_props.mention_keys, 'cyrus,@cyrus,weaver')
    const mentions = async (message: string): Promise<number> => {
      await cy.client.getMe()
      const before = (await cy.client.getChannelMember(channel.id, cy.user.id)).mention_count
      await bob.client.createPost({ channel_id: channel.id, message } as Post)
      return (await cy.client.getChannelMember(channel.id, cy.user.id)).mention_count - before
    }
    deepEqual([await mentions('hello @cyrus'), await mentions('hello weaver'), await mentions('hello @cy')], [1, 1, 0])
    await rejects(patch(cy, { username: 'BOB' }), { status_code: 400, server_error_id: 'app.user.save.username_exists.app_error' })
    await rejects(patch(cy, { username: 'channel' }), { status_code: 400, server_error_id: 'model.user.is_valid.username.app_error' })
  })

  it('a new address of one\'s own needs the password', async () => {
    const { ada, admin } = world
    await rejects(patch(ada, { email: 'countess@example.com' }), { status_code: 400, server_error_id: 'api.context.invalid_body_param.app_error' })
    await rejects(patch(ada, { email: 'countess@example.com', password: 'wrong password' }), { status_code: 401, server_error_id: 'api.user.check_user_password.invalid.app_error' })
    equal((await patch(ada, { email: 'Countess@example.com', password })).email, 'countess@example.com')
    equal((await patch(admin, { email: 'ada@example.com' }, ada.user.id)).email, 'ada@example.com')
    equal((await ask(world.server.url, ada.token, 'POST', `/users/${ada.user.id}/email/verify/member`)).status, 403)
    equal(((await ask(world.server.url, admin.token, 'POST', `/users/${ada.user.id}/email/verify/member`)).body as { email_verified: boolean }).email_verified, true)
    await rejects(patch(admin, { email: 'bob@example.com' }, ada.user.id), { status_code: 400, server_error_id: 'app.user.save.email_exists.app_error' })
  })

  it('PUT /users/{id} replaces the profile', async () => {
    const { server, ada, bob } = world
    await patch(bob, { position: 'Weaver', nickname: 'Bobby' })
    const { body } = await ask(server.url, bob.token, 'PUT', `/users/${bob.user.id}`, { id: bob.user.id, username: 'bob', email: 'bob@example.com', first_name: 'Robert' })
    deepEqual([(body as UserProfile).first_name, (body as UserProfile).position, (body as UserProfile).nickname], ['Robert', '', ''])
    equal((await ask(server.url, bob.token, 'PUT', `/users/${bob.user.id}`, { id: ada.user.id })).status, 400)
    equal((await ask(server.url, bob.token, 'PUT', `/users/${ada.user.id}`, { id: ada.user.id, nickname: 'x' })).status, 403)
  })

  it('who does not want to be mentioned by @channel is not counted from then on, and counted again later', async () => {
    const { ada, bob, team } = world
    const channel = await ada.client.createChannel({ team_id: team.id, name: 'counts', display_name: 'Counts', type: 'O' } as Channel)
    await ada.client.addToChannel(bob.user.id, channel.id)
    await bob.client.viewMyChannel(channel.id)
    const shout = () => ada.client.createPost({ channel_id: channel.id, message: '@channel tea' } as Post)
    const count = async (): Promise<number> => (await bob.client.getChannelMember(channel.id, bob.user.id)).mention_count
    const props = (await bob.client.getMe()).notify_props
    await shout()
    equal(await count(), 1)
    await patch(bob, { notify_props: { ...props, channel: 'false' } })
    equal(await count(), 1)
    await shout()
    equal(await count(), 1)
    await patch(bob, { notify_props: { ...props, channel: 'true' } })
    await shout()
    equal(await count(), 2)
    await Promise.all([...Array.from({ length: 10 }, shout), ...['false', 'true', 'false', 'true'].map((value) => patch(bob, { notify_props: { ...props, channel: value } }))])
    const { mention_count: settled } = await bob.client.getChannelMember(channel.id, bob.user.id)
    ok(settled >= 2 && settled <= 12)
    await patch(bob, { notify_props: { ...props, channel: 'true' } })
    await shout()
    equal(await count(), settled + 1)
  })
})

describe('administering accounts', () => {
  let world: World
  beforeEach(async () => { world = await createWorld() })
  afterEach(() => world.close())

  it('PUT /users/{id}/active ends sessions and sockets, tells everybody, and spares the last admin', async () => {
    const { server, admin, ada, bob } = world
    const [bobs, adas] = await Promise.all([openSocket(server.url, bob.token), openSocket(server.url, ada.token)])
    const closed = new Promise<void>((resolve) => { bobs.webSocket.addCloseListener(() => { resolve() }) })
    await rejects(ada.client.updateUserActive(bob.user.id, false), { status_code: 403 })
    await rejects(ada.client.updateUserActive(ada.user.id, false), { status_code: 403 })
    await rejects(admin.client.updateUserActive(admin.user.id, false), { status_code: 400, server_error_id: 'app.user.demote_last_admin.app_error' })
    equal((await ask(server.url, admin.token, 'PUT', `/users/${bob.user.id}/active`, { active: 'no' })).status, 400)
    await admin.client.updateUserActive(bob.user.id, false)
    await closed
    bobs.close()
    await adas.event('user_activation_status_change')
    equal((await adas.event('user_updated')).event, 'user_updated')
    adas.close()
    await rejects(bob.client.getMe(), { status_code: 401 })
    await rejects(signIn(server.url, 'bob', { isNew: false }), { status_code: 401, server_error_id: 'api.user.login.inactive.app_error' })
    deepEqual(await ada.client.searchUsers('bob', {}), [])
    deepEqual((await ada.client.searchUsers('bob', { allow_inactive: true })).length, 1)
    await admin.client.updateUserActive(bob.user.id, true)
    equal((await signIn(server.url, 'bob', { isNew: false })).user.delete_at, 0)
    equal((await ask(server.url, admin.token, 'DELETE', `/users/${bob.user.id}`)).status, 200)
  })

  it('of two admins who take each other out at once, one stays', async () => {
    const { admin, ada } = world
    await admin.client.updateUserRoles(ada.user.id, 'system_user system_admin')
    const outcomes = await Promise.allSettled([admin.client.updateUserRoles(ada.user.id, 'system_user'), ada.client.updateUserActive(admin.user.id, false)])
    ok(outcomes.some(({ status }) => status === 'rejected'))
    const left = await world.server.kernel.chat.directory.users.get(ada.user.id)
    const other = await world.server.kernel.chat.directory.users.get(admin.user.id)
    equal([left, other].filter((user) => user?.deleteAt === 0 && user.roles.includes('system_admin')).length, 1)
  })

  it('PUT /users/{id}/roles gives and takes roles at once', async () => {
    const { server, admin, ada, bob } = world
    const socket = await openSocket(server.url, ada.token)
    await rejects(ada.client.updateUserRoles(ada.user.id, 'system_user system_admin'), { status_code: 403 })
    await admin.client.updateUserRoles(ada.user.id, 'system_user system_admin')
    deepEqual((await socket.event('user_role_updated')).data, { user_id: ada.user.id, roles: 'system_user system_admin' })
    socket.close()
    equal((await patch(ada, { nickname: 'B' }, bob.user.id)).nickname, 'B')
    await rejects(patch(bob, { nickname: 'A' }, ada.user.id), { status_code: 403 })
    await ada.client.updateUserRoles(admin.user.id, 'system_user')
    await rejects(admin.client.updateUserRoles(ada.user.id, 'system_user'), { status_code: 403 })
    await rejects(ada.client.updateUserRoles(ada.user.id, 'system_user'), { status_code: 400, server_error_id: 'app.user.demote_last_admin.app_error' })
    for (const roles of ['', 'system_admin', 'system_user nobody', 'system_user team_admin', 'system_guest', 'system_user system_guest']) {
      await rejects(ada.client.updateUserRoles(bob.user.id, roles), { status_code: 400 }, roles)
    }
  })

  it('PUT /users/{id}/password needs the present one of oneself, none of an admin, and ends the other sessions', async () => {
    const { server, admin, ada, bob } = world
    const elsewhere = await signIn(server.url, 'ada', { isNew: false })
    const socket = await openSocket(server.url, elsewhere.token)
    const closed = new Promise<void>((resolve) => { socket.webSocket.addCloseListener(() => { resolve() }) })
    const change = (person: Person, userId: string, fields: unknown) => ask(server.url, person.token, 'PUT', `/users/${userId}/password`, fields)
    const wrong = await change(ada, ada.user.id, { current_password: 'wrong', new_password: 'another long one' })
    deepEqual([wrong.status, (wrong.body as { id: string }).id], [400, 'api.user.update_password.incorrect.app_error'])
    equal((await change(ada, ada.user.id, { new_password: 'another long one' })).status, 400)
    equal((await change(ada, ada.user.id, { current_password: password, new_password: 'short' })).status, 400)
    equal((await change(bob, ada.user.id, { new_password: 'another long one' })).status, 403)
    equal((await change(ada, ada.user.id, { current_password: password, new_password: 'another long one' })).status, 200)
    await closed
    socket.close()
    await rejects(elsewhere.client.getMe(), { status_code: 401 })
    equal((await ada.client.getMe()).id, ada.user.id)
    await rejects(signIn(server.url, 'ada', { isNew: false }), { status_code: 401 })
    equal((await change(admin, ada.user.id, { new_password: password })).status, 200)
    await rejects(ada.client.getMe(), { status_code: 401 })
    equal((await createClient(server.url).login('ada', password)).id, ada.user.id)
  })

  it('guests see only whom they share a channel with, and become users again', async () => {
    const { server, admin, ada, bob, stranger, channel } = world
    await rejects(ada.client.demoteUserToGuest(bob.user.id), { status_code: 403 })
    await rejects(admin.client.demoteUserToGuest(admin.user.id), { status_code: 400 })
    await admin.client.demoteUserToGuest(bob.user.id)
    equal((await bob.client.getMe()).roles, 'system_guest')
    equal((await bob.client.getTeamMember(world.team.id, bob.user.id)).scheme_guest, true)
    equal(((await ask(server.url, bob.token, 'GET', `/channels/${channel.id}/members/me`)).body as { scheme_guest: boolean }).scheme_guest, true)
    await rejects(bob.client.getUser(stranger.user.id), { status_code: 404 })
    await rejects(bob.client.getUserByUsername('stranger'), { status_code: 404 })
    deepEqual(await bob.client.getProfilesByIds([stranger.user.id]), [])
    deepEqual(await bob.client.searchUsers('stranger', {}), [])
    equal((await bob.client.getUser(ada.user.id)).username, 'ada')
    deepEqual((await bob.client.getProfiles(0, 60)).map(({ username }) => username), ['ada', 'admin', 'bob'])
    equal((await ask(server.url, bob.token, 'GET', `/users/${stranger.user.id}/image`)).status, 404)
    await rejects(admin.client.demoteUserToGuest(bob.user.id), { server_error_id: 'api.user.demote_user_to_guest.already_guest.app_error' })
    await rejects(ada.client.promoteGuestToUser(bob.user.id), { status_code: 403 })
    await server.kernel.db.query(sql`delete from channel_members where user_id = ${bob.user.id} and channel_id in (select id from channels where name = 'off-topic')`)
    await admin.client.promoteGuestToUser(bob.user.id)
    deepEqual([(await bob.client.getMe()).roles, (await bob.client.getUser(stranger.user.id)).username], ['system_user', 'stranger'])
    equal(await server.kernel.db.value(sql`select count(*) from channel_members cm join channels c on c.id = cm.channel_id where cm.user_id = ${bob.user.id} and c.name in ('off-topic', 'town-square') and not cm.is_guest`), 2)
    await rejects(admin.client.promoteGuestToUser(bob.user.id), { server_error_id: 'api.user.promote_guest_to_user.no_guest.app_error' })
  })
})
