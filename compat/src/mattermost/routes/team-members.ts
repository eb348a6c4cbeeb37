import {
  RookeryError, teamInvitationsAccept, teamInvitationsRevokeAll, teamInvitationsSend, teamMembersAdd, teamMembersAddMany, teamMembersGet, teamMembersJoin, teamMembersList, teamMembersListByIds, teamMembersListOfUser,
  teamMembersRemove, teamMembersSetRoles, teamMembersSetSchemeRoles, type ErrorCode, type ErrorDetails,
} from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, put, remove, statusOk, textsBody, type Call, type Route } from '../route.ts'
import { errorShape } from '../shapes/error.ts'
import { rolesOfBody, teamMemberShape } from '../shapes/team.ts'

const teamOf = ({ params }: Call) => ({ teamId: params['team_id'] as string })
const userOf = ({ params }: Call) => ({ userId: params['user_id'] as string })
const of = (call: Call) => ({ ...teamOf(call), ...userOf(call) })

const errorOf = ({ code, details }: { code: string, details: ErrorDetails }): RookeryError => new RookeryError(code as ErrorCode, details)

/** Memberships as they would be made; each names team and user. With graceful=true each item is answered for. */
async function addMany(call: Call) {
  if (!Array.isArray(call.body)) throw new RookeryError('invalid_input', { field: 'members', reason: 'it must be a list' })
  const asked = call.body.map(objectBody)
  if (asked.some(({ team_id: teamId }) => teamId !== undefined && teamId !== teamOf(call).teamId)) throw new RookeryError('invalid_input', { field: 'team_id', reason: 'it is not the team of the address' })
  const answers = await call.run(teamMembersAddMany, { ...teamOf(call), userIds: asked.map(({ user_id: userId }) => userId as string) })
  if (call.query.flag('graceful')) {
    return created(answers.map(({ userId, member, error }) => ({
      user_id: userId, member: member && teamMemberShape(member), error: error && errorShape(errorOf(error)),
    })))
  }
  const refused = answers.find(({ error }) => error)
  if (refused?.error) throw errorOf(refused.error)
  return created(answers.map(({ member }) => teamMemberShape(member as never)))
}

/** Addresses, alone or with what else newer clients send along. With graceful=true each is answered for; else all are sent, or none. */
async function inviteByMail(call: Call) {
  const body = Array.isArray(call.body) ? { emails: call.body as unknown } : objectBody(call.body)
  const isGraceful = call.query.flag('graceful')
  const answers = await call.run(teamInvitationsSend, {
    ...teamOf(call), emails: textsBody(body['emails'], 'user_email', 100), allOrNone: !isGraceful,
    ...pick(body, { channelIds: 'channelIds', message: 'message' }),
  })
  return isGraceful ? answers.map(({ email, error }) => ({ email, error: error && errorShape(new RookeryError(error.code as ErrorCode)) })) : statusOk
}

export const teamMemberRoutes: readonly Route[] = [
  get('/teams/{team_id}/members', async (call) => (await call.run(teamMembersList, { ...teamOf(call), ...call.query.page() })).map(teamMemberShape)),
  post('/teams/{team_id}/members', async (call) =>
    created(teamMemberShape(await call.run(teamMembersAdd, { ...teamOf(call), ...pick(objectBody(call.body), { user_id: 'userId' }) } as never)))),
  post('/teams/{team_id}/members/batch', addMany),
  post('/teams/{team_id}/members/ids', async (call) =>
    (await call.run(teamMembersListByIds, { ...teamOf(call), userIds: textsBody(call.body, 'user_ids') })).map(teamMemberShape)),
  post('/teams/members/invite', async ({ run, query }) => created(teamMemberShape(query.text('token') ? await run(teamInvitationsAccept, { token: query.text('token') ?? '' }) : await run(teamMembersJoin, { inviteId: query.text('invite_id') ?? '' })))),
  post('/teams/{team_id}/invite/email', inviteByMail),
  remove('/teams/invites/email', async ({ run }) => {
    await run(teamInvitationsRevokeAll, {})
    return statusOk
  }),
  get('/teams/{team_id}/members/{user_id}', async (call) => teamMemberShape(await call.run(teamMembersGet, of(call)))),
  remove('/teams/{team_id}/members/{user_id}', async (call) => {
    await call.run(teamMembersRemove, of(call))
    return statusOk
  }),
  put('/teams/{team_id}/members/{user_id}/roles', async (call) => {
    await call.run(teamMembersSetRoles, { ...of(call), ...rolesOfBody(objectBody(call.body)) } as never)
    return statusOk
  }),
  put('/teams/{team_id}/members/{user_id}/schemeRoles', async (call) => {
    await call.run(teamMembersSetSchemeRoles, { ...of(call), isAdmin: false, ...pick(objectBody(call.body), { scheme_admin: 'isAdmin', scheme_guest: 'isGuest' }) } as never)
    return statusOk
  }),
  get('/users/{user_id}/teams/members', async (call) => (await call.run(teamMembersListOfUser, userOf(call))).map(teamMemberShape)),
]
