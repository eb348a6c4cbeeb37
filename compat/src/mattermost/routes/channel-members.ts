import {
  channelMembersAdd, channelMembersGet, channelMembersList, channelMembersListByIds, channelMembersListOfUser, channelMembersListWithTeams, channelMembersRemove,
  channelMembersSetNotifyProps, channelMembersSetRoles, channelMembersSetSchemeRoles, channelMembersUnread,
} from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, put, remove, statusOk, textsBody, type Call, type Route } from '../route.ts'
import { channelMemberShape, channelMemberWithTeamShape, channelUnreadShape } from '../shapes/channel.ts'
import { rolesOfBody } from '../shapes/team.ts'

const channelOf = ({ params }: Call) => ({ channelId: params['channel_id'] as string })
const userOf = ({ params }: Call) => ({ userId: params['user_id'] as string })
const of = (call: Call) => ({ ...channelOf(call), ...userOf(call) })

/** What a membership says of being told; a body may hold ids and more besides. */
const notifyNames = Object.fromEntries([
  'desktop', 'desktop_sound', 'desktop_notification_sound', 'desktop_threads', 'push', 'push_threads', 'email', 'mark_unread', 'ignore_channel_mentions', 'channel_auto_follow_threads',
].map((name) => [name, name]))

/** One user is named by user_id, several by user_ids; the answer follows. */
async function add(call: Call) {
  const { user_id: one, user_ids: several, post_root_id: rootId } = objectBody(call.body)
  const members = (await call.run(channelMembersAdd, {
    ...channelOf(call), userIds: (several ?? [one]) as string[], ...(rootId ? { rootId: rootId as string } : {}),
  })).map(channelMemberShape)
  return created(several ? members : members[0])
}

export const channelMemberRoutes: readonly Route[] = [
  get('/channels/{channel_id}/members', async (call) => (await call.run(channelMembersList, { ...channelOf(call), ...call.query.page() })).map(channelMemberShape)),
  post('/channels/{channel_id}/members', add),
  post('/channels/{channel_id}/members/ids', async (call) =>
    (await call.run(channelMembersListByIds, { ...channelOf(call), userIds: textsBody(call.body, 'user_ids') })).map(channelMemberShape)),
  get('/channels/{channel_id}/members/{user_id}', async (call) => channelMemberShape(await call.run(channelMembersGet, of(call)))),
  remove('/channels/{channel_id}/members/{user_id}', async (call) => {
    await call.run(channelMembersRemove, of(call))
    return statusOk
  }),
  put('/channels/{channel_id}/members/{user_id}/roles', async (call) => {
    await call.run(channelMembersSetRoles, { ...of(call), ...rolesOfBody(objectBody(call.body)) } as never)
    return statusOk
  }),
  put('/channels/{channel_id}/members/{user_id}/schemeRoles', async (call) => {
    await call.run(channelMembersSetSchemeRoles, { ...of(call), isAdmin: false, ...pick(objectBody(call.body), { scheme_admin: 'isAdmin', scheme_guest: 'isGuest' }) } as never)
    return statusOk
  }),
  put('/channels/{channel_id}/members/{user_id}/notify_props', async (call) => {
    await call.run(channelMembersSetNotifyProps, { ...of(call), notifyProps: pick(objectBody(call.body), notifyNames) as never })
    return statusOk
  }),
  get('/users/{user_id}/teams/{team_id}/channels/members', async (call) =>
    (await call.run(channelMembersListOfUser, { ...userOf(call), teamId: call.params['team_id'] as string })).map(channelMemberShape)),
  get('/users/{user_id}/channel_members', async (call) => {
    const { page, perPage } = call.query.page()
    // Page -1 asks for all of them.
    const paging = call.query.text('page') === '-1' ? {} : { page, perPage }
    return (await call.run(channelMembersListWithTeams, { ...userOf(call), ...paging })).map(channelMemberWithTeamShape)
  }),
  get('/users/{user_id}/channels/{channel_id}/unread', async (call) => channelUnreadShape(await call.run(channelMembersUnread, of(call)))),
]
