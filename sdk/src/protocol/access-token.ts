import { Type, type Static } from 'typebox'
import { defineOperation } from './operation.ts'
import { At, Done, Fields, Id, Page, PerPage, Text } from './schema.ts'

/** A personal access token: it acts for its owner until it is revoked. What it is is shown once, when it is made. */
export const AccessToken = Fields({
  id: Id,
  userId: Id,
  description: Type.String(),
  isActive: Type.Boolean(),
  createAt: At,
})
export type AccessToken = Static<typeof AccessToken>

const paging = { page: Type.Optional(Page), perPage: Type.Optional(PerPage) }

export const accessTokensCreate = defineOperation({
  name: 'accessTokens.create', summary: 'Makes a personal access token. The secret is shown this once and never again.',
  input: Fields({ userId: Id, description: Text(255, { minLength: 1 }) }), output: Fields({ token: AccessToken, secret: Type.String() }),
  errors: ['user_not_found', 'access_tokens_disabled'],
})

export const accessTokensGet = defineOperation({
  name: 'accessTokens.get', summary: 'Reads a personal access token, without its secret.', safe: true,
  input: Fields({ tokenId: Id }), output: AccessToken, errors: ['access_token_not_found'],
})

export const accessTokensListOfUser = defineOperation({
  name: 'accessTokens.listOfUser', summary: 'Lists the personal access tokens of an account.', safe: true,
  input: Fields({ userId: Id, ...paging }), output: Type.Array(AccessToken), errors: ['user_not_found'],
})

export const accessTokensList = defineOperation({
  name: 'accessTokens.list', summary: 'Lists all personal access tokens, for administrators.', safe: true,
  input: Fields({ ...paging }), output: Type.Array(AccessToken),
})

export const accessTokensSearch = defineOperation({
  name: 'accessTokens.search', summary: 'Finds personal access tokens by the beginning of their id, or of the id or name of their owner, for administrators.', safe: true,
  input: Fields({ term: Text(128, { minLength: 1 }) }), output: Type.Array(AccessToken),
})

export const accessTokensRevoke = defineOperation({
  name: 'accessTokens.revoke', summary: 'Ends a personal access token for good.', input: Fields({ tokenId: Id }), output: Done, errors: ['access_token_not_found'],
})

export const accessTokensSetActive = defineOperation({
  name: 'accessTokens.setActive', summary: 'Switches a personal access token off, or on again.',
  input: Fields({ tokenId: Id, isActive: Type.Boolean() }), output: Done, errors: ['access_token_not_found', 'access_tokens_disabled'],
})
