import { channelMembersAdd, channelMembersGet, channelMembersListOfUser, channelsCreate, channelsGet } from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, type Route } from '../route.ts'
import { channelMemberShape, channelShape } from '../shapes/channel.ts'

const channelNames = { team_id: 'teamId', name: 'name', display_name: 'displayName', type: 'type', header: 'header', purpose: 'purpose', props: 'props' }

export const channelRoutes: readonly Route[] = [
  post('/channels', async ({ run, body }) => created(channelShape(await run(channelsCreate, pick(objectBody(body), channelNames) as never)))),
  get('/channels/{channel_id}', async ({ run, params }) => channelShape(await run(channelsGet, { channelId: params['channel_id'] as string }))),
  post('/channels/{channel_id}/members', async ({ run, params, body }) => {
    const { user_id: one, user_ids: several, post_root_id: rootId } = objectBody(body)
    const userIds = (several ?? [one]) as string[]
    const members = (await run(channelMembersAdd, { channelId: params['channel_id'] as string, userIds, ...(rootId ? { rootId: rootId as string } : {}) })).map(channelMemberShape)
    return created(several ? members : members[0])
  }),
  get('/channels/{channel_id}/members/{user_id}', async ({ run, params }) =>
    channelMemberShape(await run(channelMembersGet, { channelId: params['channel_id'] as string, userId: params['user_id'] as string }))),
  get('/users/{user_id}/teams/{team_id}/channels/members', async ({ run, params }) =>
    (await run(channelMembersListOfUser, { userId: params['user_id'] as string, teamId: params['team_id'] as string })).map(channelMemberShape)),
]
