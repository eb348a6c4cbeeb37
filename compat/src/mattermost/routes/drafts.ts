import { draftsDelete, draftsList, draftsSave } from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, remove, statusOk, type Call, type Route } from '../route.ts'
import { draftShape } from '../shapes/draft.ts'

const names = { channel_id: 'channelId', root_id: 'rootId', message: 'message', type: 'type', props: 'props', file_ids: 'fileIds', priority: 'priority' }

const removeDraft = async ({ run, params }: Call): Promise<typeof statusOk> => {
  await run(draftsDelete, { userId: params['user_id'] as string, channelId: params['channel_id'] as string, rootId: params['thread_id'] ?? '' })
  return statusOk
}

export const draftRoutes: readonly Route[] = [
  get('/users/{user_id}/teams/{team_id}/drafts', async ({ run, params }) =>
    (await run(draftsList, { userId: params['user_id'] as string, teamId: params['team_id'] as string })).map(draftShape)),
  post('/drafts', async ({ run, body }) => created(draftShape(await run(draftsSave, { message: '', ...pick(objectBody(body), names) } as never)))),
  remove('/users/{user_id}/channels/{channel_id}/drafts', removeDraft),
  remove('/users/{user_id}/channels/{channel_id}/drafts/{thread_id}', removeDraft),
]
