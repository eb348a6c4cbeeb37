import { RookeryError, preferencesDelete, preferencesGet, preferencesList, preferencesListOfCategory, preferencesSave } from '@rookery/sdk/protocol'
import { get, objectBody, pick, post, put, statusOk, type Route } from '../route.ts'
import { preferenceShape } from '../shapes/preference.ts'

/** A bare list; each item names its owner, who must be that of the address. */
function preferencesBody(body: unknown, userId: string, names: Record<string, string>): Record<string, unknown>[] {
  if (!Array.isArray(body)) throw new RookeryError('invalid_input', { field: 'preferences', reason: 'it must be a list' })
  return body.map((item: unknown) => {
    const fields = objectBody(item)
    if (fields['user_id'] !== userId) throw new RookeryError('permission_missing', { permission: 'edit_other_users' })
    return pick(fields, names)
  })
}

const keys = { category: 'category', name: 'name' }

export const preferenceRoutes: readonly Route[] = [
  get('/users/{user_id}/preferences', async ({ run, params }) => (await run(preferencesList, { userId: params['user_id'] as string })).map(preferenceShape)),
  put('/users/{user_id}/preferences', async ({ run, params, body }) => {
    const userId = params['user_id'] as string
    await run(preferencesSave, { userId, preferences: preferencesBody(body, userId, { ...keys, value: 'value' }) as never })
    return statusOk
  }),
  post('/users/{user_id}/preferences/delete', async ({ run, params, body }) => {
    const userId = params['user_id'] as string
    await run(preferencesDelete, { userId, preferences: preferencesBody(body, userId, keys) as never })
    return statusOk
  }),
  get('/users/{user_id}/preferences/{category}', async ({ run, params }) =>
    (await run(preferencesListOfCategory, { userId: params['user_id'] as string, category: params['category'] as string })).map(preferenceShape)),
  get('/users/{user_id}/preferences/{category}/name/{preference_name}', async ({ run, params }) =>
    preferenceShape(await run(preferencesGet, { userId: params['user_id'] as string, category: params['category'] as string, name: params['preference_name'] as string }))),
]
