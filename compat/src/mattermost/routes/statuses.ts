import { RookeryError, statusesGet, statusesListByIds, statusesUpdate, typingStart } from '@rookery/sdk/protocol'
import { get, objectBody, ownedBody, pick, post, put, Reply, textsBody, type Route } from '../route.ts'
import { statusShape } from '../shapes/status.ts'

/** The year 9999; what lies behind it is no moment. */
const maximumSeconds = 253_402_300_799

function readDndEnd(seconds: unknown): number {
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0 && seconds <= maximumSeconds) return seconds * 1000
  throw new RookeryError('invalid_input', { field: 'dndEndTime', reason: 'it must be seconds since 1970' })
}

export const statusRoutes: readonly Route[] = [
  get('/users/{user_id}/status', async ({ run, params }) => statusShape(await run(statusesGet, { userId: params['user_id'] as string }))),
  put('/users/{user_id}/status', async ({ run, params, body }) => {
    const userId = params['user_id'] as string
    const fields = ownedBody(body, { user_id: userId })
    const { dnd_end_time: seconds } = fields
    return statusShape(await run(statusesUpdate, {
      userId, ...pick(fields, { status: 'status' }), ...(seconds !== undefined && seconds !== null && { dndEndAt: readDndEnd(seconds) }),
    } as never))
  }),
  post('/users/status/ids', async ({ run, body }) => (await run(statusesListByIds, { userIds: textsBody(body, 'user_ids') })).map(statusShape)),
  post('/users/{user_id}/typing', async ({ run, params, body }) => {
    await run(typingStart, { userId: params['user_id'] as string, ...pick(objectBody(body), { channel_id: 'channelId', parent_id: 'rootId' }) } as never)
    return new Reply(null)
  }),
]
