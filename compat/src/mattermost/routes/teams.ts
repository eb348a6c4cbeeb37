import { teamMembersAdd, teamMembersGet, teamMembersJoin, teamMembersListOfUser, teamsCreate, teamsGet, teamsListOfUser } from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, type Route } from '../route.ts'
import { teamMemberShape, teamShape } from '../shapes/team.ts'

const teamNames = {
  name: 'name', display_name: 'displayName', type: 'type', description: 'description', allowed_domains: 'allowedDomains',
  allow_open_invite: 'allowOpenInvite', email: 'email', company_name: 'companyName',
}

export const teamRoutes: readonly Route[] = [
  post('/teams', async ({ run, body }) => created(teamShape(await run(teamsCreate, pick(objectBody(body), teamNames) as never)))),
  get('/teams/{team_id}', async ({ run, params }) => teamShape(await run(teamsGet, { teamId: params['team_id'] as string }))),
  get('/users/{user_id}/teams', async ({ run, params }) => (await run(teamsListOfUser, { userId: params['user_id'] as string })).map(teamShape)),
  post('/teams/{team_id}/members', async ({ run, params, body }) =>
    created(teamMemberShape(await run(teamMembersAdd, { teamId: params['team_id'] as string, ...pick(objectBody(body), { user_id: 'userId' }) } as never)))),
  post('/teams/members/invite', async ({ run, query }) => created(teamMemberShape(await run(teamMembersJoin, { inviteId: query.text('invite_id') ?? '' })))),
  get('/teams/{team_id}/members/{user_id}', async ({ run, params }) =>
    teamMemberShape(await run(teamMembersGet, { teamId: params['team_id'] as string, userId: params['user_id'] as string }))),
  get('/users/{user_id}/teams/members', async ({ run, params }) => (await run(teamMembersListOfUser, { userId: params['user_id'] as string })).map(teamMemberShape)),
]
