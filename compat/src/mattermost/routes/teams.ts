import { isMultipart, readMultipart } from '@rookery/kernel'
import {
  RookeryError, teamsArchive, teamsCreate, teamsExists, teamsGet, teamsGetByInvitation, teamsGetByName, teamsGetIcon, teamsList, teamsListOfUser,
  teamsRemoveIcon, teamsRenewInvitation, teamsRestore, teamsSetIcon, teamsSetPrivacy, teamsStats, teamsUnread, teamsUpdate,
} from '@rookery/sdk/protocol'
import { Bytes, created, get, objectBody, pick, post, put, remove, statusOk, type Call, type Route } from '../route.ts'
import { teamShape, teamUnreadShape } from '../shapes/team.ts'

const changeable = { display_name: 'displayName', description: 'description', company_name: 'companyName', allowed_domains: 'allowedDomains', allow_open_invite: 'allowOpenInvite' }
const teamNames = { ...changeable, name: 'name', type: 'type', email: 'email' }

const teamOf = ({ params }: Call) => ({ teamId: params['team_id'] as string })
const update = async (call: Call) => teamShape(await call.run(teamsUpdate, { ...teamOf(call), ...pick(objectBody(call.body), changeable) } as never))

/** The form has one file, named image. */
async function setIcon(call: Call) {
  const contentType = call.headers['content-type'] as string | undefined
  if (!isMultipart(contentType)) throw new RookeryError('invalid_input', { field: 'image', reason: 'it must be a file in a form' })
  for await (const part of readMultipart(call.stream, contentType)) {
    if (part.kind !== 'file' || part.name !== 'image') continue
    await call.run(teamsSetIcon, teamOf(call), part.stream)
    return statusOk
  }
  throw new RookeryError('invalid_input', { field: 'image', reason: 'it is missing' })
}

export const teamRoutes: readonly Route[] = [
  post('/teams', async ({ run, body }) => created(teamShape(await run(teamsCreate, pick(objectBody(body), teamNames) as never)))),
  get('/teams', async ({ run, query }) => {
    const { teams, totalCount } = await run(teamsList, query.page())
    return query.flag('include_total_count') ? { teams: teams.map(teamShape), total_count: totalCount } : teams.map(teamShape)
  }),
  post('/teams/search', async ({ run, body }) => {
    const fields = objectBody(body)
    const isPaged = typeof fields['page'] === 'number' && typeof fields['per_page'] === 'number'
    const { teams, totalCount } = await run(teamsList, {
      perPage: 100, ...pick(fields, { term: 'term', allow_open_invite: 'openOnly' }), ...(isPaged && pick(fields, { page: 'page', per_page: 'perPage' })),
    } as never)
    return isPaged ? { teams: teams.map(teamShape), total_count: totalCount } : teams.map(teamShape)
  }),
  get('/teams/{team_id}', async (call) => teamShape(await call.run(teamsGet, teamOf(call)))),
  get('/teams/name/{name}', async ({ run, params }) => teamShape(await run(teamsGetByName, { name: params['name'] as string }))),
  get('/teams/name/{name}/exists', ({ run, params }) => run(teamsExists, { name: params['name'] as string })),
  get('/teams/invite/{invite_id}', async ({ run, params }) => {
    const { id, name, displayName, description } = await run(teamsGetByInvitation, { inviteId: params['invite_id'] as string })
    return { id, name, display_name: displayName, description }
  }, { session: 'optional' }),
  put('/teams/{team_id}', update),
  put('/teams/{team_id}/patch', update),
  put('/teams/{team_id}/privacy', async (call) => teamShape(await call.run(teamsSetPrivacy, { ...teamOf(call), ...pick(objectBody(call.body), { privacy: 'type' }) } as never))),
  remove('/teams/{team_id}', async (call) => {
    if (call.query.flag('permanent')) throw new RookeryError('permission_missing', { permission: 'permanent deletion' })
    await call.run(teamsArchive, teamOf(call))
    return statusOk
  }),
  post('/teams/{team_id}/restore', async (call) => teamShape(await call.run(teamsRestore, teamOf(call)))),
  post('/teams/{team_id}/regenerate_invite_id', async (call) => teamShape(await call.run(teamsRenewInvitation, teamOf(call)))),
  get('/teams/{team_id}/stats', async (call) => {
    const { memberCount, activeMemberCount } = await call.run(teamsStats, teamOf(call))
    return { team_id: teamOf(call).teamId, total_member_count: memberCount, active_member_count: activeMemberCount }
  }),
  get('/teams/{team_id}/image', async (call) => new Bytes(await call.run(teamsGetIcon, teamOf(call)))),
  post('/teams/{team_id}/image', setIcon, { body: 'stream' }),
  remove('/teams/{team_id}/image', async (call) => {
    await call.run(teamsRemoveIcon, teamOf(call))
    return statusOk
  }),
  get('/users/{user_id}/teams', async ({ run, params }) => (await run(teamsListOfUser, { userId: params['user_id'] as string })).map(teamShape)),
  get('/users/{user_id}/teams/unread', async ({ run, params, query }) => {
    const unread = await run(teamsUnread, { userId: params['user_id'] as string, withThreads: query.flag('include_collapsed_threads') })
    return unread.filter(({ teamId }) => teamId !== query.text('exclude_team')).map(teamUnreadShape)
  }),
  get('/users/{user_id}/teams/{team_id}/unread', async (call) => {
    const [unread] = await call.run(teamsUnread, { ...teamOf(call), userId: call.params['user_id'] as string, withThreads: true })
    return teamUnreadShape(unread as never)
  }),
]
