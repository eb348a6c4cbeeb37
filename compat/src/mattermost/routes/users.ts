import {
  RookeryError, usersAutocomplete, usersCount, usersCountSelected, usersGet, usersGetByEmail, usersGetByUsername, usersList, usersListByIds,
  usersListByUsernames, usersListKnown, usersListOfGroupChannels, usersSearch, type InputOf, type User,
} from '@rookery/sdk/protocol'
import { isId } from '@rookery/kernel'
import { ifUnknown, taggedReply, withEtag } from '../etag.ts'
import { remembered } from '../json.ts'
import { get, objectBody, pick, post, textsBody, type Call, type Query, type Reply, type Route } from '../route.ts'
import { userShape } from '../shapes/user.ts'
import { accessTokenRoutes } from './access-tokens.ts'
import { sessionRoutes } from './sessions.ts'
import { userChangeRoutes } from './user-changes.ts'
import { userPictureRoutes } from './user-pictures.ts'

type Selection = Pick<InputOf<typeof usersList>, 'inTeamId' | 'notInTeamId' | 'inChannelId' | 'notInChannelId' | 'withoutTeam' | 'activity' | 'roles' | 'teamRoles' | 'channelRoles'>

const refuse = (field: string, reason: string): never => { throw new RookeryError('invalid_input', { field, reason }) }
const list = (text: string | undefined): string[] | undefined => text?.split(',').map((part) => part.trim()).filter((part) => part !== '')
const given = <Value extends object>(value: Value): Value => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value

const sorts: Readonly<Record<string, InputOf<typeof usersList>['sort']>> = {
  username: 'username', last_activity_at: 'lastActivity', create_at: 'created', status: 'status', admin: 'admin',
}

const userReply = remembered((user: User): Reply => taggedReply(userShape(user)))
const showUser = ({ headers }: Pick<Call, 'headers'>, user: User): Reply => ifUnknown(headers, userReply(user))

function readSort(query: Query): { sort?: NonNullable<InputOf<typeof usersList>['sort']> } {
  const text = query.text('sort')
  if (text === undefined) return {}
  const sort = sorts[text]
  return sort ? { sort } : refuse('sort', `it must be one of ${Object.keys(sorts).join(', ')}`)
}

function readSelection(query: Query): Selection {
  const [isActive, isInactive] = [query.flag('active'), query.flag('inactive')]
  if (isActive && isInactive) refuse('inactive', 'an account is either active or not')
  if (query.text('in_group') ?? query.text('not_in_group')) throw new RookeryError('not_implemented', { operation: 'groups of users' })
  return given({
    inTeamId: query.text('in_team'), notInTeamId: query.text('not_in_team'), inChannelId: query.text('in_channel'), notInChannelId: query.text('not_in_channel'),
    withoutTeam: query.flag('without_team') || undefined, activity: isActive ? 'active' : isInactive ? 'inactive' : undefined,
    roles: list(query.text('roles') ?? query.text('role')), teamRoles: list(query.text('team_roles')), channelRoles: list(query.text('channel_roles')),
  } as Selection)
}

/** Body keys of a search. Groups have no members here, so nobody is in one. */
function readSearch(body: unknown): InputOf<typeof usersSearch> {
  const fields = objectBody(body)
  if (fields['in_group_id'] || fields['not_in_group_id']) throw new RookeryError('not_implemented', { operation: 'groups of users' })
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== 0))
  const { role, allowsInactive, ...input } = pick(filled, {
    term: 'term', team_id: 'inTeamId', not_in_team_id: 'notInTeamId', in_channel_id: 'inChannelId', not_in_channel_id: 'notInChannelId',
    without_team: 'withoutTeam', allow_inactive: 'allowsInactive', limit: 'limit', role: 'role', roles: 'roles', channel_roles: 'channelRoles', team_roles: 'teamRoles',
  })
  return { ...(role !== undefined && { roles: [role] }), ...input, activity: allowsInactive === true ? 'all' : 'active' } as unknown as InputOf<typeof usersSearch>
}

export const userRoutes: readonly Route[] = [
  get('/users', async (call) => {
    const { page, perPage } = call.query.page()
    return withEtag(call, (await call.run(usersList, { page, perPage, ...readSort(call.query), ...readSelection(call.query) })).map(userShape))
  }),
  post('/users/ids', async ({ run, body, query }) =>
    (await run(usersListByIds, { userIds: textsBody(body, 'user_ids').filter(isId), since: query.integer('since') })).map(userShape)),
  post('/users/usernames', async ({ run, body }) =>
    (await run(usersListByUsernames, { usernames: textsBody(body, 'usernames').filter((name) => name.length <= 64) })).map(userShape)),
  post('/users/search', async ({ run, body }) => (await run(usersSearch, readSearch(body))).map(userShape)),
  get('/users/autocomplete', async ({ run, query }) => {
    const teamId = query.text('in_team')
    const channelId = query.text('in_channel')
    const { users, outOfChannel } = await run(usersAutocomplete, {
      name: query.text('name') ?? '', limit: query.integer('limit', { standard: 100, minimum: 1, maximum: 1000 }), ...(teamId && { teamId }), ...(channelId && { channelId }),
    })
    return { users: users.map(userShape), ...(outOfChannel && { out_of_channel: outOfChannel.map(userShape) }) }
  }),
  get('/users/known', ({ run }) => run(usersListKnown, {})),
  post('/users/group_channels', async ({ run, body }) => {
    const channels = await run(usersListOfGroupChannels, { channelIds: textsBody(body, 'channel_ids') })
    return Object.fromEntries(Object.entries(channels).map(([channelId, users]) => [channelId, users.map(userShape)]))
  }),
  get('/users/stats', async ({ run }) => ({ total_users_count: (await run(usersCount, {})).count })),
  get('/users/stats/filtered', async ({ run, query }) => {
    const activity = query.flag('include_deleted') ? 'all' : 'active'
    const { count } = await run(usersCountSelected, { ...readSelection(query), activity, includesBots: query.flag('include_bots') })
    return { total_users_count: count }
  }),
  get('/users/{user_id}', async (call) => showUser(call, await call.run(usersGet, { userId: call.params['user_id'] as string }))),
  get('/users/username/{username}', async (call) => showUser(call, await call.run(usersGetByUsername, { username: call.params['username'] as string }))),
  get('/users/email/{email}', async (call) => showUser(call, await call.run(usersGetByEmail, { email: call.params['email'] as string }))),
  ...userChangeRoutes,
  ...userPictureRoutes,
  ...sessionRoutes,
  ...accessTokenRoutes,
]
