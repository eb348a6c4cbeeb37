import {
  channelsArchive, channelsConvertGroup, channelsCreate, channelsCreateDirect, channelsCreateGroup, channelsGet, channelsGetByName, channelsListAll,
  channelsListByIds, channelsListOfTeam, channelsListOfUser, channelsMemberCounts, channelsRestore, channelsSearch, channelsSearchGroups, channelsSetPrivacy,
  channelsStats, channelsTimezones, channelsUpdate, channelsView, teamsCommon, RookeryError,
} from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, put, remove, statusOk, textsBody, type Call, type Route } from '../route.ts'
import { channelShape, channelStatsShape, channelWithTeamShape } from '../shapes/channel.ts'
import { teamShape } from '../shapes/team.ts'

const texts = { name: 'name', display_name: 'displayName', header: 'header', purpose: 'purpose' }
const channelNames = { ...texts, team_id: 'teamId', type: 'type', props: 'props' }

const id = ({ params }: Call, name: string): string => params[name] as string
const channelId = (call: Call): string => id(call, 'channel_id')

/** Clients send an empty term to see what there is. */
const term = (body: unknown): string => {
  const { term: text = '' } = objectBody(body)
  if (typeof text !== 'string') throw new RookeryError('invalid_input', { field: 'term', reason: 'it must be a string' })
  return text.slice(0, 128)
}

const listOfTeam = (kind: 'public' | 'archived' | 'private') => async (call: Call) =>
  (await call.run(channelsListOfTeam, { teamId: id(call, 'team_id'), kind, ...call.query.page() })).map(channelShape)

const search = (scope: 'public' | 'mine' | 'all') => async ({ run, params, query }: Call) =>
  (await run(channelsSearch, { teamId: params['team_id'] as string, term: (query.text('name') ?? '').slice(0, 128), scope, includeArchived: false })).map(({ channel }) => channelShape(channel))

export const channelRoutes: readonly Route[] = [
  post('/channels', async ({ run, body }) => created(channelShape(await run(channelsCreate, pick(objectBody(body), channelNames) as never)))),
  post('/channels/direct', async ({ run, body }) => created(channelShape(await run(channelsCreateDirect, { userIds: textsBody(body, 'user_ids', 2) })))),
  post('/channels/group', async ({ run, body }) => created(channelShape(await run(channelsCreateGroup, { userIds: textsBody(body, 'user_ids', 20) })))),
  get('/channels', async ({ run, query }) => {
    const { channels, totalCount } = await run(channelsListAll, {
      ...query.page(), includeArchived: query.flag('include_deleted'), excludeDefault: query.flag('exclude_default_channels'),
    })
    const shapes = channels.map(channelWithTeamShape)
    return query.flag('include_total_count') ? { channels: shapes, total_count: totalCount } : shapes
  }),
  get('/channels/{channel_id}', async (call) => channelShape(await call.run(channelsGet, { channelId: channelId(call) }))),
  put('/channels/{channel_id}', async (call) => channelShape(await call.run(channelsUpdate, { channelId: channelId(call), ...pick(objectBody(call.body), texts) } as never))),
  put('/channels/{channel_id}/patch', async (call) => channelShape(await call.run(channelsUpdate, { channelId: channelId(call), ...pick(objectBody(call.body), texts) } as never))),
  put('/channels/{channel_id}/privacy', async (call) =>
    channelShape(await call.run(channelsSetPrivacy, { channelId: channelId(call), ...pick(objectBody(call.body), { privacy: 'type' }) } as never))),
  remove('/channels/{channel_id}', async (call) => {
    if (call.query.flag('permanent')) throw new RookeryError('permission_missing', { permission: 'permanent deletion' })
    await call.run(channelsArchive, { channelId: channelId(call) })
    return statusOk
  }),
  post('/channels/{channel_id}/restore', async (call) => channelShape(await call.run(channelsRestore, { channelId: channelId(call) }))),
  post('/channels/{channel_id}/convert_to_channel', async (call) =>
    channelShape(await call.run(channelsConvertGroup, { channelId: channelId(call), ...pick(objectBody(call.body), { team_id: 'teamId', name: 'name', display_name: 'displayName' }) } as never))),
  get('/channels/{channel_id}/common_teams', async (call) => (await call.run(teamsCommon, { channelId: channelId(call) })).map(teamShape)),
  get('/channels/{channel_id}/stats', async (call) =>
    channelStatsShape(await call.run(channelsStats, { channelId: channelId(call), withoutFiles: call.query.flag('exclude_files_count') }))),
  get('/channels/{channel_id}/timezones', (call) => call.run(channelsTimezones, { channelId: channelId(call) })),
  post('/channels/stats/member_count', ({ run, body }) => run(channelsMemberCounts, { channelIds: textsBody(body, 'channel_ids') })),

  get('/teams/{team_id}/channels', listOfTeam('public')),
  get('/teams/{team_id}/channels/deleted', listOfTeam('archived')),
  get('/teams/{team_id}/channels/private', listOfTeam('private')),
  post('/teams/{team_id}/channels/ids', async (call) =>
    (await call.run(channelsListByIds, { teamId: id(call, 'team_id'), channelIds: textsBody(call.body, 'channel_ids') })).map(channelShape)),
  get('/teams/{team_id}/channels/name/{channel_name}', async (call) => channelShape(await call.run(channelsGetByName, {
    teamId: id(call, 'team_id'), name: id(call, 'channel_name'), includeArchived: call.query.flag('include_deleted'),
  }))),
  get('/teams/name/{team_name}/channels/name/{channel_name}', async (call) => channelShape(await call.run(channelsGetByName, {
    teamName: id(call, 'team_name'), name: id(call, 'channel_name'), includeArchived: call.query.flag('include_deleted'),
  }))),
  get('/teams/{team_id}/channels/autocomplete', search('all')),
  get('/teams/{team_id}/channels/search_autocomplete', search('mine')),
  post('/teams/{team_id}/channels/search', async ({ run, params, body }) =>
    created((await run(channelsSearch, { teamId: params['team_id'] as string, term: term(body), scope: 'public' })).map(({ channel }) => channelShape(channel)))),
  post('/channels/search', async ({ run, body, query }) => {
    if (query.text('system_console') === 'false') return (await run(channelsSearch, { term: term(body), scope: 'all', includeArchived: query.flag('include_deleted') })).map(channelWithTeamShape)
    const fields = objectBody(body)
    const types = fields['public'] === fields['private'] ? {} : { types: [fields['public'] ? 'O' as const : 'P' as const] }
    const paging = typeof fields['page'] === 'number' && typeof fields['per_page'] === 'number'
    const { channels, totalCount } = await run(channelsListAll, {
      term: term(body), ...types, includeArchived: query.flag('include_deleted') || fields['include_deleted'] === true,
      ...pick(fields, { team_ids: 'teamIds', exclude_default_channels: 'excludeDefault', deleted: 'onlyArchived', page: 'page', per_page: 'perPage' }),
    } as never)
    const shapes = channels.map(channelWithTeamShape)
    return paging ? { channels: shapes, total_count: totalCount } : shapes
  }),
  post('/channels/group/search', async ({ run, body }) => (await run(channelsSearchGroups, { term: term(body) })).map(channelShape)),

  get('/users/{user_id}/channels', async ({ run, params, query }) => (await run(channelsListOfUser, {
    userId: params['user_id'] as string, includeArchived: query.flag('include_deleted'), archivedSince: query.integer('last_delete_at'),
  })).map(channelShape)),
  get('/users/{user_id}/teams/{team_id}/channels', async ({ run, params, query }) => (await run(channelsListOfUser, {
    userId: params['user_id'] as string, teamId: params['team_id'] as string, includeArchived: query.flag('include_deleted'), archivedSince: query.integer('last_delete_at'),
  })).map(channelShape)),
  post('/channels/members/{user_id}/view', async ({ run, params, body }) => {
    const { channel_id: current, prev_channel_id: previous, collapsed_threads_supported: hasThreads } = objectBody(body)
    const channelIds = [current, previous].filter((text) => text !== undefined && text !== null && text !== '') as string[]
    const { viewedAt } = await run(channelsView, { userId: params['user_id'] as string, channelIds, withThreads: hasThreads !== true })
    return { ...statusOk, last_viewed_at_times: viewedAt }
  }),
  post('/channels/members/{user_id}/mark_read', async ({ run, params, body }) => {
    const { viewedAt } = await run(channelsView, { userId: params['user_id'] as string, channelIds: textsBody(body, 'channel_ids'), withThreads: true })
    return { ...statusOk, last_viewed_at_times: viewedAt }
  }),
]
