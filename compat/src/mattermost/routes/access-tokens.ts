import {
  accessTokensCreate, accessTokensGet, accessTokensList, accessTokensListOfUser, accessTokensRevoke, accessTokensSearch, accessTokensSetActive,
} from '@rookery/sdk/protocol'
import { created, get, objectBody, pick, post, statusOk, type Call, type Route } from '../route.ts'
import { accessTokenShape } from '../shapes/session.ts'

const setActive = (isActive: boolean) => async ({ run, body }: Call) => {
  await run(accessTokensSetActive, { ...pick(objectBody(body), { token_id: 'tokenId' }), isActive } as never)
  return statusOk
}

export const accessTokenRoutes: readonly Route[] = [
  post('/users/{user_id}/tokens', async ({ run, params, body }) => {
    const { token, secret } = await run(accessTokensCreate, { ...pick(objectBody(body), { description: 'description' }), userId: params['user_id'] as string } as never)
    return created({ ...accessTokenShape(token), token: secret })
  }),
  get('/users/{user_id}/tokens', async ({ run, params, query }) =>
    (await run(accessTokensListOfUser, { userId: params['user_id'] as string, ...query.page() })).map(accessTokenShape)),
  get('/users/tokens', async ({ run, query }) => (await run(accessTokensList, query.page())).map(accessTokenShape)),
  get('/users/tokens/{token_id}', async ({ run, params }) => accessTokenShape(await run(accessTokensGet, { tokenId: params['token_id'] as string }))),
  post('/users/tokens/search', async ({ run, body }) =>
    (await run(accessTokensSearch, pick(objectBody(body), { term: 'term' }) as never)).map(accessTokenShape)),
  post('/users/tokens/revoke', async ({ run, body }) => {
    await run(accessTokensRevoke, pick(objectBody(body), { token_id: 'tokenId' }) as never)
    return statusOk
  }),
  post('/users/tokens/disable', setActive(false)),
  post('/users/tokens/enable', setActive(true)),
]
