import { customStatusClear, customStatusRemoveRecent, customStatusSet } from '@rookery/sdk/protocol'
import { orSayOff } from '../feature-off.ts'
import { objectBody, pick, post, put, remove, statusOk, type Call, type Route } from '../route.ts'
import { readExpiry } from '../shapes/custom-status.ts'

const off = 'api.custom_status.disabled'

const userId = ({ params }: Call): string => params['user_id'] as string

/** What is left out is empty. */
const readSaid = (body: unknown): { emoji: string, text: string } => ({ emoji: '', text: '', ...pick(objectBody(body), { emoji: 'emoji', text: 'text', duration: 'duration' }) })

const removeRecent = async (call: Call): Promise<typeof statusOk> => {
  await orSayOff(off, call.run(customStatusRemoveRecent, { userId: userId(call), ...readSaid(call.body) }))
  return statusOk
}

export const customStatusRoutes: readonly Route[] = [
  put('/users/{user_id}/status/custom', async (call) => {
    await orSayOff(off, call.run(customStatusSet, { userId: userId(call), ...readSaid(call.body), expiresAt: readExpiry(objectBody(call.body)['expires_at']) }))
    return statusOk
  }),
  remove('/users/{user_id}/status/custom', async (call) => {
    await orSayOff(off, call.run(customStatusClear, { userId: userId(call) }))
    return statusOk
  }),
  remove('/users/{user_id}/status/custom/recent', removeRecent, { body: 'json' }),
  post('/users/{user_id}/status/custom/recent/delete', removeRecent),
]
