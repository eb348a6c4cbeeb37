import { Type } from 'typebox'
import { FileInfo } from '../file.ts'
import { defineOperation } from '../operation.ts'
import { Post } from '../post.ts'
import { Fields, Id, Page, PerPage, Text } from '../schema.ts'
import { defineContract } from './contract.ts'

/** Left out, the team does not matter. */
const searched = {
  teamId: Type.Optional(Id), terms: Text(1000, { minLength: 1 }), includesAny: Type.Optional(Type.Boolean()), includeArchived: Type.Optional(Type.Boolean()),
  timeZoneOffsetSeconds: Type.Optional(Type.Integer({ minimum: -86_400, maximum: 86_400 })), page: Type.Optional(Page), perPage: Type.Optional(PerPage),
}

export const searchPosts = defineOperation({
  name: 'search.posts', summary: 'Finds posts that the actor may read, the latest first, with the words that were found in each.', safe: true,
  input: Fields(searched), output: Fields({ posts: Type.Array(Post), matches: Type.Record(Type.String(), Type.Array(Type.String())) }), errors: ['feature_unavailable', 'team_not_found'],
})

export const searchFiles = defineOperation({
  name: 'search.files', summary: 'Finds files that the actor may read, the latest first.', safe: true,
  input: Fields(searched), output: Fields({ files: Type.Array(FileInfo) }), errors: ['feature_unavailable', 'team_not_found'],
})

export const searchContract = defineContract({
  name: 'search', summary: 'Finding posts and files by their words.', deadlineMs: 10_000, operations: [searchPosts, searchFiles],
})
