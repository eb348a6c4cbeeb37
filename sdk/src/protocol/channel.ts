import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { At, Count, Done, Fields, Id, OneOf, OwnProps, Page, PerPage, Props, Text } from './schema.ts'

/** O public, P private, D direct, G group. */
export const ChannelType = OneOf('O', 'P', 'D', 'G')

export const Channel = Fields({
  id: Id,
  createAt: At,
  updateAt: At,
  /** 0 unless archived. */
  deleteAt: At,
  /** '' for direct and group channels. */
  teamId: Type.String(),
  type: ChannelType,
  displayName: Type.String(),
  name: Type.String(),
  header: Type.String(),
  purpose: Type.String(),
  creatorId: Type.String(),
  lastPostAt: At,
  lastRootPostAt: At,
  totalMessageCount: Count,
  totalMessageCountRoot: Count,
  memberCount: Count,
  props: Props,
  pluginProps: Props,
  isGroupConstrained: Type.Boolean(),
})
export type Channel = Static<typeof Channel>

export const channelsCreate = defineOperation({
  name: 'channels.create', summary: 'Creates a public or private channel in a team; its creator becomes its admin.', capability: 'channels:write',
  input: Fields({
    teamId: Id, name: Text(64), displayName: Text(128), type: OneOf('O', 'P'), header: Type.Optional(Text(4096)), purpose: Type.Optional(Text(1000)), props: Type.Optional(Props),
  }),
  output: Channel,
  errors: ['team_not_found', 'channel_name_taken', 'channel_name_invalid', 'channel_display_name_invalid', 'channel_header_too_long', 'channel_purpose_too_long'],
})

export const channelsCreateDirect = defineOperation({
  name: 'channels.createDirect', summary: 'Opens the direct channel of two users, made at the first call.', capability: 'channels:write',
  input: Fields({ userIds: Type.Array(Id, { minItems: 1, maxItems: 2 }) }), output: Channel, errors: ['direct_channel_invalid', 'user_not_found'],
})

export const channelsCreateGroup = defineOperation({
  name: 'channels.createGroup', summary: 'Opens the group channel of three to eight users, made at the first call.', capability: 'channels:write',
  input: Fields({ userIds: Type.Array(Id, { minItems: 1, maxItems: 20 }) }), output: Channel, errors: ['group_size_invalid', 'user_not_found'],
})

export const channelsGet = defineOperation({
  name: 'channels.get', summary: 'Reads one channel.', safe: true, capability: 'channels:read', input: Fields({ channelId: Id }), output: Channel, errors: ['channel_not_found'],
})

export const channelsListOfUser = defineOperation({
  name: 'channels.listOfUser', summary: 'Lists the channels of a user, of one team (with its direct and group channels) or of all.', safe: true, capability: 'channels:read',
  input: Fields({ userId: Id, teamId: Type.Optional(Id), includeArchived: Type.Optional(Type.Boolean()), archivedSince: Type.Optional(At) }), output: Type.Array(Channel),
})

export const channelsGetByName = defineOperation({
  name: 'channels.getByName', summary: 'Reads one channel by its name and that of its team, or the team\'s id.', safe: true, capability: 'channels:read',
  input: Fields({ teamId: Type.Optional(Id), teamName: Type.Optional(Text(64)), name: Text(64), includeArchived: Type.Optional(Type.Boolean()) }),
  output: Channel, errors: ['team_not_found', 'channel_not_found'],
})

export const channelsListOfTeam = defineOperation({
  name: 'channels.listOfTeam', safe: true, capability: 'channels:read',
  summary: 'Lists the public channels of a team by display name, those that are archived (public, and private ones of the caller), or all private ones for an administrator.',
  input: Fields({ teamId: Id, kind: OneOf('public', 'archived', 'private'), page: Type.Optional(Page), perPage: Type.Optional(PerPage) }),
  output: Type.Array(Channel), errors: ['team_not_found'],
})

export const channelsListByIds = defineOperation({
  name: 'channels.listByIds', summary: 'Reads public channels of a team by id; what is none is left out.', safe: true, capability: 'channels:read',
  input: Fields({ teamId: Id, channelIds: Type.Array(Id, { maxItems: 1000 }) }), output: Type.Array(Channel), errors: ['team_not_found'],
})

/** A channel with the names of its team, '' where it belongs to none. */
export const ChannelWithTeam = Fields({ channel: Channel, teamName: Type.String(), teamDisplayName: Type.String(), teamUpdateAt: At })
export type ChannelWithTeam = Static<typeof ChannelWithTeam>

export const channelsListAll = defineOperation({
  name: 'channels.listAll', summary: 'Lists or searches the channels of every team, for administrators.', safe: true, capability: 'channels:read',
  input: Fields({
    term: Type.Optional(Text(128)), teamIds: Type.Optional(Type.Array(Id, { maxItems: 200 })), types: Type.Optional(Type.Array(OneOf('O', 'P'), { maxItems: 2 })),
    includeArchived: Type.Optional(Type.Boolean()), onlyArchived: Type.Optional(Type.Boolean()), excludeDefault: Type.Optional(Type.Boolean()),
    page: Type.Optional(Page), perPage: Type.Optional(PerPage),
  }),
  output: Fields({ channels: Type.Array(ChannelWithTeam), totalCount: Count }),
})

export const channelsSearch = defineOperation({
  name: 'channels.search', safe: true, capability: 'channels:read',
  summary: 'Finds channels by name that the caller may read or join: of one team, or of all of the caller\'s teams; at most fifty.',
  input: Fields({ teamId: Type.Optional(Id), term: Text(128), scope: OneOf('public', 'mine', 'all'), includeArchived: Type.Optional(Type.Boolean()) }),
  output: Type.Array(ChannelWithTeam), errors: ['team_not_found'],
})

export const channelsSearchGroups = defineOperation({
  name: 'channels.searchGroups', summary: 'Finds the caller\'s group channels by the names of their members.', safe: true, capability: 'channels:read',
  input: Fields({ term: Text(128) }), output: Type.Array(Channel),
})

const texts = { name: Type.Optional(Text(64)), displayName: Type.Optional(Text(128)), header: Type.Optional(Text(4096)), purpose: Type.Optional(Text(1000)) }

export const channelsUpdate = defineOperation({
  name: 'channels.update', summary: 'Changes name, display name, header or purpose of a channel; what is left out stays.', capability: 'channels:write',
  input: Fields({ channelId: Id, ...texts }), output: Channel,
  errors: ['channel_not_found', 'channel_archived', 'channel_type_refuses', 'channel_is_default', 'channel_name_taken_on_update', 'channel_name_invalid', 'channel_display_name_invalid', 'channel_header_too_long', 'channel_purpose_too_long'],
})

export const channelsSetPrivacy = defineOperation({
  name: 'channels.setPrivacy', summary: 'Makes a public channel private or a private one public.', capability: 'channels:write',
  input: Fields({ channelId: Id, type: OneOf('O', 'P') }), output: Channel, errors: ['channel_not_found', 'channel_type_refuses', 'channel_is_default', 'channel_archived'],
})

export const channelsArchive = defineOperation({
  name: 'channels.archive', summary: 'Archives a channel: it can be read but not written to.', capability: 'channels:write',
  input: Fields({ channelId: Id }), output: Done, errors: ['channel_not_found', 'channel_archived', 'channel_type_refuses', 'channel_is_default'],
})

export const channelsRestore = defineOperation({
  name: 'channels.restore', summary: 'Brings an archived channel back.', capability: 'channels:write',
  input: Fields({ channelId: Id }), output: Channel, errors: ['channel_not_found', 'channel_not_archived'],
})

export const channelsConvertGroup = defineOperation({
  name: 'channels.convertGroup', summary: 'Turns a group channel into a private channel of a team to which all of its members belong.', capability: 'channels:write', enters: ['channels.create'],
  input: Fields({ channelId: Id, teamId: Id, name: Text(64), displayName: Text(128) }), output: Channel,
  errors: ['channel_not_found', 'team_not_found', 'channel_type_refuses', 'user_not_in_team', 'channel_name_taken', 'channel_name_invalid', 'channel_display_name_invalid'],
})

export const ChannelStats = Fields({
  channelId: Id, memberCount: Count, guestCount: Count, pinnedPostCount: Count,
  /** -1 where it was not asked for. */
  fileCount: Type.Integer({ minimum: -1 }),
})
export type ChannelStats = Static<typeof ChannelStats>

export const channelsStats = defineOperation({
  name: 'channels.stats', summary: 'Counts members, guests, pinned posts and files of a channel.', safe: true, capability: 'channels:read',
  input: Fields({ channelId: Id, withoutFiles: Type.Optional(Type.Boolean()) }), output: ChannelStats, errors: ['channel_not_found'],
})

export const channelsMemberCounts = defineOperation({
  name: 'channels.memberCounts', summary: 'Counts the members of several channels; those that the caller may not read are left out.', safe: true, capability: 'channels:read',
  input: Fields({ channelIds: Type.Array(Id, { maxItems: 1000 }) }), output: Type.Record(Type.String(), Count),
})

export const channelsTimezones = defineOperation({
  name: 'channels.timezones', summary: 'Lists the time zones in which members of a channel live.', safe: true, capability: 'channels:read',
  input: Fields({ channelId: Id }), output: Type.Array(Type.String()), errors: ['channel_not_found'],
})

export const channelsView = defineOperation({
  name: 'channels.view', capability: 'channels:write',
  summary: 'Marks channels as read up to now; their threads too, for clients that show replies in the channel. Channels of which the user is no member are left out.',
  input: Fields({ userId: Id, channelIds: Type.Array(Id, { maxItems: 1000 }), withThreads: Type.Optional(Type.Boolean()) }),
  output: Fields({ viewedAt: Type.Record(Type.String(), At) }),
})

export const channelsSetProps = defineOperation({
  name: 'channels.setProps', summary: 'Keeps data of the calling plugin on a channel: delivered with it, seen by all who see it.', capability: 'channels:props',
  input: Fields({ channelId: Id, props: OwnProps }), output: Done, errors: ['channel_not_found', 'channel_archived', 'props_too_large', 'only_for_plugins'],
})

export const channelCreated = defineEvent({ name: 'channel.created', summary: 'A channel was made.', payload: Fields({ channel: Channel, creatorId: Type.String(), memberIds: Type.Array(Id) }) })
export const channelUpdated = defineEvent({ name: 'channel.updated', summary: 'A channel changed, was archived, restored, changed between public and private, or became one from a group.', payload: Fields({ channel: Channel, change: OneOf('updated', 'archived', 'restored', 'converted', 'grown') }) })
export const channelsViewed = defineEvent({ name: 'channels.viewed', summary: 'A user has read channels up to a moment.', payload: Fields({ userId: Id, viewedAt: Type.Record(Type.String(), At) }) })
