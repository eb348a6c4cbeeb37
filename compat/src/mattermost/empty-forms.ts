/**
 * What clients are told about features that nobody offers here, where they ask anyway and do not bear a refusal well.
 * Each form says "there is nothing of the kind" in the shape that the client reads. As soon as an operation is really
 * offered, its door answers and the form is not used.
 */
export interface EmptyForm {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly body: (ask: EmptyFormAsk) => unknown
}

export interface EmptyFormAsk {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

type Body = (ask: EmptyFormAsk) => unknown

const nothing: Body = () => []
const emptyMap: Body = () => ({})
const done: Body = () => ({ status: 'OK' })
const always = (value: unknown): Body => () => structuredClone(value)
const emptyList = { order: [], posts: {}, next_post_id: '', prev_post_id: '', first_inaccessible_post_time: 0 }
/** Their doors ask whether somebody searches, and give these forms where nobody does. */
export const noMatches = { ...emptyList, matches: {} }
export const noFiles = { order: [], file_infos: {}, next_file_info_id: '', prev_file_info_id: '', first_inaccessible_file_time: 0 }

/** A bare list, or a list with its length where the client asked for that. */
const listOrCounted = (name: string, countName: string = 'total_count'): Body => ({ query }) =>
  query.include_total_count === 'true' ? { [name]: [], [countName]: 0 } : []

const get = (path: string, body: Body): EmptyForm => ({ method: 'GET', path: `/api/v4/${path}`, status: 200, body })
const put = (method: 'POST' | 'DELETE', path: string, body: Body): EmptyForm => ({ method, path: `/api/v4/${path}`, status: 200, body })

export const emptyForms: readonly EmptyForm[] = [
  // Asked by the web app each time it starts
  get('trial-license/prev', always({ IsLicensed: 'false' })),
  get('system/notices/{teamId}', nothing),
  get('agents', always({ agents: [] })),
  get('agents/status', always({ available: false, reason: 'no agents here' })),
  get('llmservices', always({ services: [] })),
  get('analytics/old', nothing),
  get('limits/server', always({
    maxUsersLimit: 0, maxUsersHardLimit: 0, activeUserCount: 0, singleChannelGuestCount: 0, singleChannelGuestLimit: 0,
    postHistoryLimit: 0, lastAccessiblePostTime: 0,
  })),
  get('users/stats', always({ total_users_count: 0 })),
  get('users/stats/filtered', always({ total_users_count: 0 })),
  get('license/load_metric', always({ load: 0 })),
  // There is no market, so nobody needs to be led to it
  get('plugins/marketplace/first_admin_visit', always({ name: 'FirstAdminVisitMarketplace', value: 'true' })),
  put('POST', 'plugins/marketplace/first_admin_visit', done),
  // Asked when a channel or a team opens
  get('channels/{channel_id}/bookmarks', nothing),
  get('channels/{channel_id}/groups', always({ groups: [], total_group_count: 0 })),
  get('channels/{channel_id}/member_counts_by_group', nothing),
  get('channels/{channel_id}/access_control/attributes', emptyMap),
  get('channels/{channel_id}/timezones', nothing),
  get('teams/{team_id}/channels/managed_categories', emptyMap),
  get('teams/{team_id}/groups', always({ groups: [], total_group_count: 0 })),
  get('teams/{team_id}/groups_by_channels', always({ groups: {} })),
  get('posts/scheduled/team/{team_id}', ({ params, query }) => {
    const direct = query.includeDirectChannels === 'true' ? { directChannels: [] } : {}
    return { ...direct, [params.team_id ?? '']: [] }
  }),
  get('recaps', nothing),
  // Search, until something indexes
  put('POST', 'teams/{team_id}/posts/search', always(noMatches)),
  put('POST', 'posts/search', always(noMatches)),
  put('POST', 'teams/{team_id}/files/search', always(noFiles)),
  put('POST', 'files/search', always(noFiles)),
  // Webhooks, bots, applications
  get('hooks/incoming', listOrCounted('incoming_webhooks')),
  get('hooks/outgoing', nothing),
  get('bots', nothing),
  get('oauth/apps', nothing),
  get('oauth/outgoing_connections', nothing),
  get('users/{user_id}/oauth/apps/authorized', nothing),
  get('users/{user_id}/tokens', nothing),
  // Groups and profile attributes
  get('groups', ({ query }) => query.include_total_count === 'true' ? { groups: [], total_group_count: 0 } : []),
  get('users/{user_id}/groups', nothing),
  get('custom_profile_attributes/fields', nothing),
  get('users/{user_id}/custom_profile_attributes', emptyMap),
  get('properties/groups/{group_name}/{object_type}/fields', nothing),
  get('properties/groups/{group_name}/{object_type}/values/{target_id}', nothing),
  get('properties/groups/{group_name}/system/values', nothing),
  // Moderation
  get('content_flagging/config', always({ EnableContentFlagging: false })),
  get('content_flagging/flag/config', always({ reasons: [], reporter_comment_required: false })),
  get('content_flagging/fields', emptyMap),
  get('content_flagging/team/{team_id}/status', always({ enabled: false })),
  // Other servers, clouds and retention
  get('sharedchannels/{team_id}', nothing),
  get('sharedchannels/{channel_id}/remotes', nothing),
  get('remotecluster', nothing),
  get('cloud/products', nothing),
  get('cloud/preview/modal_data', nothing),
  get('cloud/check-cws-connection', always({ status: 'unavailable' })),
  get('usage/posts', always({ count: 0 })),
  get('usage/storage', always({ bytes: 0 })),
  get('usage/teams', always({ active: 0, cloud_archived: 0 })),
  get('users/{user_id}/data_retention/team_policies', always({ policies: [], total_count: 0 })),
  get('users/{user_id}/data_retention/channel_policies', always({ policies: [], total_count: 0 })),
  // Measurements that clients send unasked
  put('POST', 'client_perf', done),
]

/** Marks answers that only say that there is nothing of the kind. */
export const emptyFormHeader: Record<string, string> = { 'X-Rookery-Empty-Form': 'true' }

/** Forms by `METHOD /path`, as the documented operations name them. */
export const emptyFormsByOperation: ReadonlyMap<string, EmptyForm> = new Map(emptyForms.map((form) => [`${form.method} ${form.path}`, form]))
