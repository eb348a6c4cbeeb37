import { RookeryError, categoriesCreate, categoriesDelete, categoriesGet, categoriesList, categoriesSetOrder, categoriesUpdate } from '@rookery/sdk/protocol'
import { get, objectBody, ownedBody, pick, post, put, remove, statusOk, textsBody, type Call, type Route } from '../route.ts'
import { categoryShape } from '../shapes/category.ts'

const root = '/users/{user_id}/teams/{team_id}/channels/categories'

const owner = ({ params }: Call): { userId: string, teamId: string } => ({ userId: params['user_id'] as string, teamId: params['team_id'] as string })

const names = { display_name: 'displayName', sorting: 'sorting', muted: 'isMuted', collapsed: 'isCollapsed', channel_ids: 'channelIds' }

/** A category in a body says itself whose it is. */
const ownFields = (body: unknown, { params }: Call): Record<string, unknown> => pick(ownedBody(body, { user_id: params['user_id'] as string, team_id: params['team_id'] as string }), names)

export const categoryRoutes: readonly Route[] = [
  get(root, async (call) => {
    const { categories, order } = await call.run(categoriesList, owner(call))
    return { categories: categories.map(categoryShape), order }
  }),
  post(root, async (call) => categoryShape(await call.run(categoriesCreate, { ...owner(call), ...ownFields(call.body, call) } as never))),
  put(root, async (call) => {
    if (!Array.isArray(call.body)) throw new RookeryError('invalid_input', { field: 'category', reason: 'it must be a list' })
    const categories = call.body.map((item: unknown) => pick(objectBody(item), { id: 'id', ...names }))
    return (await call.run(categoriesUpdate, { ...owner(call), categories: categories as never })).map(categoryShape)
  }),
  get(`${root}/order`, async (call) => (await call.run(categoriesList, owner(call))).order),
  put(`${root}/order`, (call) => call.run(categoriesSetOrder, { ...owner(call), order: textsBody(call.body, 'category_order') })),
  get(`${root}/{category_id}`, async (call) => categoryShape(await call.run(categoriesGet, { ...owner(call), categoryId: call.params['category_id'] as string }))),
  put(`${root}/{category_id}`, async (call) => {
    const category = { ...ownFields(call.body, call), id: call.params['category_id'] as string }
    const [updated] = await call.run(categoriesUpdate, { ...owner(call), categories: [category] as never })
    return updated && categoryShape(updated)
  }),
  remove(`${root}/{category_id}`, async (call) => {
    await call.run(categoriesDelete, { ...owner(call), categoryId: call.params['category_id'] as string })
    return statusOk
  }),
]
