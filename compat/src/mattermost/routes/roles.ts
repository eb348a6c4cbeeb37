import { rolesGet, rolesGetByName, rolesList, rolesListByNames, rolesPatch } from '@rookery/sdk/protocol'
import { get, objectBody, pick, post, put, textsBody, type Route } from '../route.ts'
import { roleShape } from '../shapes/role.ts'

export const roleRoutes: readonly Route[] = [
  get('/roles', async ({ run }) => (await run(rolesList, {})).map(roleShape)),
  // Clients split the names of an account that has none into one empty name.
  post('/roles/names', async ({ run, body }) => {
    const names = textsBody(body, 'rolenames', 100).map((name) => name.trim()).filter((name) => name !== '')
    return names.length > 0 ? (await run(rolesListByNames, { names })).map(roleShape) : []
  }),
  get('/roles/{role_id}', async ({ run, params }) => roleShape(await run(rolesGet, { roleId: params['role_id'] as string }))),
  get('/roles/name/{role_name}', async ({ run, params }) => roleShape(await run(rolesGetByName, { name: params['role_name'] as string }))),
  put('/roles/{role_id}/patch', async ({ run, params, body }) =>
    roleShape(await run(rolesPatch, { roleId: params['role_id'] as string, ...pick(objectBody(body), { permissions: 'permissions' }) } as never))),
]
