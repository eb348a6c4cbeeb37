import { searchFiles, searchPosts, type InputOf } from '@rookery/sdk/protocol'
import { emptyFormHeader, noFiles, noMatches } from '../empty-forms.ts'
import { orNothing } from '../feature-off.ts'
import { objectBody, pick, post, Reply, type Call, type Route } from '../route.ts'
import { fileShape } from '../shapes/file.ts'
import { postListShape } from '../shapes/post.ts'

const names = { terms: 'terms', is_or_search: 'includesAny', include_deleted_channels: 'includeArchived', time_zone_offset: 'timeZoneOffsetSeconds', page: 'page', per_page: 'perPage' }

const readSearch = ({ params, body }: Call): InputOf<typeof searchPosts> => ({
  ...pick(objectBody(body), names), ...(params['team_id'] && { teamId: params['team_id'] }),
} as InputOf<typeof searchPosts>)

/** Clients bear an empty answer better than a refusal where nobody searches. */
const nothing = (form: object): Reply => new Reply(form, { headers: emptyFormHeader })

const findPosts = async (call: Call): Promise<unknown> => {
  const found = await orNothing(undefined, call.run(searchPosts, readSearch(call)))
  return found ? { ...postListShape({ posts: found.posts }, call.context.locale), matches: found.matches } : nothing(noMatches)
}

const findFiles = async (call: Call): Promise<unknown> => {
  const found = await orNothing(undefined, call.run(searchFiles, readSearch(call)))
  if (!found) return nothing(noFiles)
  return { ...noFiles, order: found.files.map(({ id }) => id), file_infos: Object.fromEntries(found.files.map((file) => [file.id, fileShape(file)])) }
}

export const searchRoutes: readonly Route[] = [
  post('/teams/{team_id}/posts/search', findPosts),
  post('/posts/search', findPosts),
  post('/teams/{team_id}/files/search', findFiles),
  post('/files/search', findFiles),
]
