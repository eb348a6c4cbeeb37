import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { eventsSubscribe, usersCountSelected, usersSearch, type InputOf } from '@rookery/sdk/protocol'
import type { Channel } from '@mattermost/types/channels'
import type { UserProfile } from '@mattermost/types/users'
import { sql } from '../../kernel/src/storage/index.ts'
import { ask } from '../harness/ask.ts'
import { openNesSocket } from '../harness/nes-socket.ts'
import { askNative } from '../harness/plugin-actions.ts'
import { createWorld, type World } from '../harness/world.ts'

const names = (users: readonly UserProfile[]): string[] => users.map((user) => user.username)

describe('reading accounts', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('GET /users lists by team, channel, role and activity, in the order that is asked for', async () => {
    const { server, admin, ada, stranger, team, channel } = world
    const list = async (query: string, person = ada): Promise<string[]> => names((await ask(server.url, person.token, 'GET', `/users?${query}`)).body as UserProfile[])
    deepEqual(await list(''), ['ada', 'admin', 'bob', 'stranger'])
    deepEqual(await list('per_page=2&page=1'), ['bob', 'stranger'])
    deepEqual(await list(`in_team=${team.id}`), ['ada', 'admin', 'bob'])
    deepEqual(await list(`not_in_team=${team.id}`), ['stranger'])
    deepEqual(await list('without_team=true', admin), ['stranger'])
    deepEqual(await list(`in_team=${team.id}&sort=create_at`), ['bob', 'ada', 'admin'])
    deepEqual(await list(`in_channel=${channel.id}&sort=admin`), ['ada', 'admin', 'bob'])
    equal((await list(`in_channel=${channel.id}&sort=status`)).length, 3)
    deepEqual(await list(`in_team=${team.id}&team_roles=team_admin`), ['admin'])
    deepEqual(await list('role=system_admin'), ['admin'])
    deepEqual(await list('inactive=true'), [])
    const own = await ada.client.createChannel({ team_id: team.id, name: 'alone', display_name: 'Alone', type: 'P' } as Channel)
    deepEqual(await list(`in_team=${team.id}&not_in_channel=${own.id}`), ['admin', 'bob'])

    equal((await ask(server.url, stranger.token, 'GET', `/users?in_team=${team.id}`)).status, 404)
    equal((await ask(server.url, ada.token, 'GET', '/users?without_team=true')).status, 403)
    equal((await ask(server.url, stranger.token, 'GET', `/users?in_channel=${channel.id}`)).status, 404)
    for (const bad of ['sort=height', 'sort=status', 'in_team=nonsense', 'active=true&inactive=true', 'role=nobody', `not_in_channel=${own.id}`]) {
      equal((await ask(server.url, ada.token, 'GET', `/users?${bad}`)).status, 400, bad)
    }
    equal((await ask(server.url, '', 'GET', '/users')).status, 401)
  })

  it('answers 304 to who knows the answer already', async () => {
    const { server, ada, bob } = world
    for (const path of [`/users/${bob.user.id}`, '/users/username/bob', '/users/email/bob@example.com', '/users']) {
      const { headers } = await ask(server.url, ada.token, 'GET', path)
      const etag = headers.get('etag') ?? ''
      ok(etag !== '')
      equal((await ask(server.url, ada.token, 'GET', path, undefined, { 'If-None-Match': etag })).status, 304)
    }
    await bob.client.patchUser({ id: bob.user.id, nickname: `Bobby ${Date.now()}` })
    equal((await ask(server.url, ada.token, 'GET', `/users/${bob.user.id}`, undefined, { 'If-None-Match': 'another' })).status, 200)
  })

  it('reads one by id, name and address, without what is its own', async () => {
    const { ada, bob } = world
    const seen = await ada.client.getUser(bob.user.id)
    deepEqual([seen.notify_props, seen.email], [undefined, 'bob@example.com'])
    equal((await bob.client.getMe()).notify_props.channel, 'true')
    equal((await ada.client.getUserByUsername('BOB')).id, bob.user.id)
    equal((await ada.client.getUserByEmail('bob@example.com')).id, bob.user.id)
    await rejects(ada.client.getUserByUsername('nobody'), { status_code: 404, server_error_id: 'app.user.missing_account.const' })
    await rejects(ada.client.getUserByEmail('nobody@example.com'), { status_code: 404 })
    await rejects(ada.client.getUser('a'.repeat(26)), { status_code: 404 })
    await rejects(ada.client.getUser('short'), { status_code: 400, server_error_id: 'api.context.invalid_url_param.app_error' })
  })

  it('POST /users/ids and /users/usernames leave out what they do not know', async () => {
    const { server, ada, bob } = world
    deepEqual(names(await ada.client.getProfilesByIds([bob.user.id, 'x'.repeat(26), 'short'])), ['bob'])
    deepEqual(await ada.client.getProfilesByIds([bob.user.id], { since: Date.now() + 60_000 }), [])
    deepEqual(names(await ada.client.getProfilesByUsernames(['ADA', 'bob', 'nobody', 'n'.repeat(100)])), ['ada', 'bob'])
    for (const path of ['/users/ids', '/users/usernames', '/users/group_channels']) {
      for (const body of [[], {}, [1], null]) equal((await ask(server.url, ada.token, 'POST', path, body)).status, 400, `${path} ${JSON.stringify(body)}`)
      equal((await ask(server.url, '', 'POST', path, [bob.user.id])).status, 401)
    }
  })

  it('POST /users/search finds by the beginnings of names and of the address', async () => {
    const { server, admin, ada, bob, stranger, team, channel } = world
    await bob.client.patchUser({ id: bob.user.id, first_name: 'محمد', last_name: '山田太郎', nickname: '50%_off' })
    for (const term of ['bo', '@bo', 'محم', '山田', 'bob@ex', 'bob محمد', '50%_']) deepEqual(names(await ada.client.searchUsers(term, {})), ['bob'], term)
    for (const term of ['%', '_', 'ob', '\\', "'", 'bob ada']) deepEqual(await ada.client.searchUsers(term, {}), [], term)
    deepEqual(names(await ada.client.searchUsers('s', { team_id: team.id })), [])
    deepEqual(names(await ada.client.searchUsers('s', { not_in_team_id: team.id })), ['stranger'])
    deepEqual(names(await ada.client.searchUsers('a', { in_channel_id: channel.id })), ['ada', 'admin'])
    deepEqual(names(await ada.client.searchUsers('a', { team_id: team.id, not_in_channel_id: channel.id })), [])
    deepEqual(names(await ada.client.searchUsers('a', { limit: 1 })), ['ada'])
    deepEqual(names(await admin.client.searchUsers('s', { without_team: true })), ['stranger'])
    // The native API reads on from page to page, and counts for who administers accounts.
    const page = async (at: number): Promise<string[]> => (await askNative(world, ada, usersSearch, { term: 'a', limit: 1, page: at })).map(({ username }) => username)
    deepEqual([await page(0), await page(1), await page(2)], [['ada'], ['admin'], []])
    const count = async (input: InputOf<typeof usersCountSelected>, person = admin): Promise<number> => (await askNative(world, person, usersCountSelected, input)).count
    deepEqual([await count({ term: 'a' }), await count({ term: 'a', roles: ['system_admin'] }), await count({ term: 'bob@ex' }), await count({})], [2, 1, 1, 4])
    await rejects(count({ term: 'a' }, ada), { code: 'permission_missing' })
    const search = async (body: unknown, token = ada.token) => (await ask(server.url, token, 'POST', '/users/search', body)).status
    deepEqual([await search({}), await search({ term: '' }), await search({ term: 7 }), await search({ term: 'a', limit: 1001 }), await search({ term: 'a', not_in_channel_id: channel.id })], [400, 400, 400, 400, 400])
    deepEqual([await search({ term: 'a', team_id: team.id }, stranger.token), await search({ term: 'a', in_channel_id: channel.id }, stranger.token), await search({ term: 'a', without_team: true })], [404, 404, 403])
  })

  it('GET /users/autocomplete suggests members of the channel, then of the team', async () => {
    const { ada, stranger, team, channel } = world
    const own = await ada.client.createChannel({ team_id: team.id, name: 'own', display_name: 'Own', type: 'P' } as Channel)
    const inOwn = await ada.client.autocompleteUsers('a', team.id, own.id)
    deepEqual([names(inOwn.users), names(inOwn.out_of_channel ?? [])], [['ada'], ['admin']])
    deepEqual(names((await ada.client.autocompleteUsers('', team.id, '')).users), ['ada', 'admin', 'bob'])
    deepEqual(names((await ada.client.autocompleteUsers('str', '', '')).users), ['stranger'])
    deepEqual(names((await ada.client.autocompleteUsers('bob@', '', '')).users), [])
    await rejects(stranger.client.autocompleteUsers('a', team.id, ''), { status_code: 404 })
    await rejects(stranger.client.autocompleteUsers('a', '', channel.id), { status_code: 404 })
  })

  it('GET /users/known and stats count whom one knows', async () => {
    const { server, admin, ada, bob, stranger, team } = world
    deepEqual(new Set((await ask(server.url, ada.token, 'GET', '/users/known')).body as string[]), new Set([admin.user.id, bob.user.id]))
    deepEqual((await ask(server.url, stranger.token, 'GET', '/users/known')).body, [])
    equal((await ask(server.url, '', 'GET', '/users/known')).status, 401)
    deepEqual((await ask(server.url, ada.token, 'GET', '/users/stats')).body, { total_users_count: 4 })
    deepEqual((await ask(server.url, admin.token, 'GET', `/users/stats/filtered?in_team=${team.id}`)).body, { total_users_count: 3 })
    equal((await ask(server.url, ada.token, 'GET', '/users/stats/filtered')).status, 403)
  })

  it('POST /users/group_channels answers with the others of groups that one belongs to', async () => {
    const { server, admin, ada, bob, stranger, channel } = world
    const group = 'g'.repeat(26)
    const others = async (token: string, ids: string[]) => {
      const { body } = await ask(server.url, token, 'POST', '/users/group_channels', ids)
      return Object.entries(body as Record<string, UserProfile[]>).map(([id, users]) => [id, names(users)])
    }
    await server.kernel.db.query(sql`insert into channels (id, create_at, update_at, type, display_name, name) values (${group}, 1, 1, 'G', '', ${'a'.repeat(40)})`)
    await server.kernel.db.query(sql`
      insert into channel_members (channel_id, user_id, create_at, update_at)
      select ${group}, id, 1, 1 from users where username in ('ada', 'admin', 'bob')`)
    deepEqual(await others(ada.token, [group, channel.id, 'x'.repeat(26)]), [[group, ['admin', 'bob']]])
    deepEqual(await others(admin.token, [group]), [[group, ['ada', 'bob']]])
    deepEqual(await others(stranger.token, [group]), [])
    equal((await ask(server.url, bob.token, 'POST', '/users/group_channels', ['short'])).status, 400)
  })
})

describe('privacy of accounts', () => {
  it('hides addresses and full names from all but administrators where that is set', async () => {
    const world = await createWorld({ settings: { accounts: { showEmailAddresses: false, showFullNames: false } } })
    try {
      const { server, admin, ada, bob } = world
      const socket = await openNesSocket(server.url)
      await socket.hello(ada.token)
      await socket.run(eventsSubscribe.name, {})
      await bob.client.patchUser({ id: bob.user.id, first_name: 'Robert' })
      const { user } = (await socket.event('user.updated')).payload as { user: Record<string, unknown> }
      deepEqual([user['username'], user['email'], user['firstName']], ['bob', '', ''])
      socket.close()
      const seen = await ada.client.getUser(bob.user.id)
      deepEqual([seen.email, seen.first_name], ['', ''])
      equal((await admin.client.getUser(bob.user.id)).email, 'bob@example.com')
      deepEqual([await ada.client.searchUsers('robert', {}), await ada.client.searchUsers('bob@', {})], [[], []])
      deepEqual(names(await admin.client.searchUsers('robert', {})), ['bob'])
      await rejects(ada.client.getUserByEmail('bob@example.com'), { status_code: 403 })
      const native = await (await fetch(`${server.url}/api/v1/users.get?userId=${bob.user.id}`, { headers: { Authorization: `Bearer ${ada.token}` } })).json() as { email: string, notifyProps: object, username: string }
      deepEqual([native.username, native.email, native.notifyProps], ['bob', '', {}])
      const events = await server.kernel.db.any(sql`select payload from events where name in ('user.created', 'user.updated')`)
      ok(events.length > 0)
      ok(!JSON.stringify(events).includes('@example.com') && !JSON.stringify(events).includes('mention_keys'))
    } finally { await world.close() }
  })
})
