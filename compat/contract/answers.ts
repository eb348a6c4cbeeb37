import { atLeast, count, either, exactly, flag, id, listOf, mapOf, millis, ref, text, type Schema } from './shapes.ts'

/** What a successful answer of one operation is like. */
export interface Answer {
  readonly statuses: readonly number[]
  readonly body: Schema | 'bytes' | 'unknown'
}

const ok = (body: Schema): Answer => ({ statuses: [200], body })
const created = (body: Schema): Answer => ({ statuses: [201], body })
/** The documentation says 201, servers answer 200: clients take either. */
const okOrCreated = (body: Schema): Answer => ({ statuses: [200, 201], body })
/** Pictures and files, whole or in part. */
const bytes: Answer = { statuses: [200, 206], body: 'bytes' }
const done = ok(ref('StatusOK'))
const listed = (name: string): Answer => ok(listOf(ref(name)))

/** Answers that the documentation gives wrongly, loosely or not at all, by operation id: all of T0, some of the rest. */
export const answers: Readonly<Record<string, Answer>> = {
  // Getting in
  Login: okOrCreated(ref('User')),
  Logout: okOrCreated(ref('StatusOK')),
  GetLoginType: ok(exactly({ auth_service: text }, { is_deactivated: flag })),
  CreateUser: created(ref('User')),
  AttachDeviceExtraProps: done,
  // A server that is not well tells so in the same form.
  GetPing: { ...ok(ref('SystemStatusResponse')), statuses: [200, 503] },
  GetClientConfig: ok(ref('ClientConfig')),
  GetClientLicense: ok(ref('ClientLicense')),
  ConnectWebSocket: { statuses: [101], body: 'unknown' },
  GetWebappPlugins: ok(listOf(atLeast({ id: text, version: text, webapp: atLeast({ bundle_path: text }) }))),
  // The documentation says that an upload answers with a status, and that states are words.
  UploadPlugin: created(ref('PluginManifest')),
  InstallPluginFromUrl: created(ref('PluginManifest')),
  GetPluginStatuses: ok(listOf(atLeast({ plugin_id: text, name: text, description: text, version: text, cluster_id: text, plugin_path: text, state: count }))),
  GetRolesByNames: listed('Role'),
  // People
  GetUser: ok(ref('User')),
  GetUserByUsername: ok(ref('User')),
  PatchUser: ok(ref('User')),
  GetUsers: listed('User'),
  GetUsersByIds: listed('User'),
  GetUsersByUsernames: listed('User'),
  SearchUsers: listed('User'),
  AutocompleteUsers: ok(ref('UserAutocomplete')),
  GetKnownUsers: ok(listOf(id)),
  GetUsersByGroupChannelIds: ok(mapOf(listOf(ref('User')), id)),
  GetProfileImage: bytes,
  GetDefaultProfileImage: bytes,
  GetUserStatus: ok(ref('Status')),
  UpdateUserStatus: ok(ref('Status')),
  GetUsersStatusesByIds: listed('Status'),
  GetPreferences: listed('Preference'),
  UpdatePreferences: done,
  DeletePreferences: done,
  GetSessions: listed('Session'),
  // Teams
  CreateTeam: created(ref('Team')),
  GetAllTeams: ok(either(listOf(ref('Team')), exactly({ teams: listOf(ref('Team')), total_count: count }))),
  GetTeam: ok(ref('Team')),
  GetTeamByName: ok(ref('Team')),
  GetTeamsForUser: listed('Team'),
  AddTeamMember: created(ref('TeamMember')),
  GetTeamMember: ok(ref('TeamMember')),
  GetTeamMembersByIds: listed('TeamMember'),
  GetTeamMembersForUser: listed('TeamMember'),
  RemoveTeamMember: done,
  GetTeamStats: ok(ref('TeamStats')),
  GetTeamIcon: bytes,
  GetTeamsUnreadForUser: listed('TeamUnread'),
  // Channels
  CreateChannel: created(ref('Channel')),
  CreateDirectChannel: okOrCreated(ref('Channel')),
  CreateGroupChannel: okOrCreated(ref('Channel')),
  GetChannel: ok(ref('Channel')),
  PatchChannel: ok(ref('Channel')),
  DeleteChannel: done,
  GetChannelStats: ok(ref('ChannelStats')),
  GetPublicChannelsForTeam: listed('Channel'),
  GetChannelByName: ok(ref('Channel')),
  GetChannelByNameForTeamName: ok(ref('Channel')),
  GetChannelsForTeamForUser: listed('Channel'),
  GetChannelsForUser: listed('Channel'),
  GetChannelMembers: listed('ChannelMember'),
  AddChannelMember: created(either(ref('ChannelMember'), listOf(ref('ChannelMember')))),
  GetChannelMembersByIds: listed('ChannelMember'),
  GetChannelMember: ok(ref('ChannelMember')),
  RemoveUserFromChannel: done,
  UpdateChannelNotifyProps: done,
  ViewChannel: ok(exactly({ status: { const: 'OK' }, last_viewed_at_times: mapOf(millis, id) })),
  GetChannelMembersForUser: listed('ChannelMember'),
  GetChannelMembersWithTeamDataForUser: listed('ChannelMemberWithTeamData'),
  GetSidebarCategoriesForTeamForUser: ok(ref('OrderedSidebarCategories')),
  CreateSidebarCategoryForTeamForUser: okOrCreated(ref('SidebarCategoryWithChannels')),
  GetSidebarCategoryForTeamForUser: ok(ref('SidebarCategoryWithChannels')),
  UpdateSidebarCategoryForTeamForUser: ok(ref('SidebarCategoryWithChannels')),
  UpdateSidebarCategoriesForTeamForUser: listed('SidebarCategoryWithChannels'),
  // Posts
  CreatePost: created(ref('Post')),
  GetPost: ok(ref('Post')),
  UpdatePost: ok(ref('Post')),
  PatchPost: ok(ref('Post')),
  DeletePost: done,
  getPostsByIds: listed('Post'),
  GetPostThread: ok(ref('PostList')),
  GetPostsForChannel: ok(ref('PostList')),
  GetPostsAroundLastUnread: ok(ref('PostList')),
  GetFlaggedPostsForUser: ok(ref('PostList')),
  GetFileInfosForPost: listed('FileInfo'),
  SetPostUnread: ok(ref('ChannelUnreadAt')),
  GetChannelUnread: ok(ref('ChannelUnread')),
  GetDrafts: listed('Draft'),
  UpsertDraft: created(ref('Draft')),
  GetUserScheduledPosts: ok(mapOf(listOf(ref('ScheduledPost')))),
  // Reactions and emoji
  SaveReaction: okOrCreated(ref('Reaction')),
  GetReactions: listed('Reaction'),
  GetBulkReactions: ok(ref('PostIdToReactionsMap')),
  DeleteReaction: done,
  GetEmojiList: listed('Emoji'),
  GetEmojiByName: ok(ref('Emoji')),
  GetEmojisByNames: listed('Emoji'),
  // Documented as answering the emoji; servers say OK.
  DeleteEmoji: done,
  CreateEmoji: okOrCreated(ref('Emoji')),
  GetEmoji: ok(ref('Emoji')),
  AutocompleteEmoji: listed('Emoji'),
  SearchEmoji: listed('Emoji'),
  GetEmojiImage: bytes,
  // Files
  UploadFile: created(ref('FileUpload')),
  GetFile: bytes,
  GetFileThumbnail: bytes,
  GetFilePreview: bytes,
  GetFileInfo: ok(ref('FileInfo')),
  CreateUpload: created(ref('UploadSession')),
  GetUpload: ok(ref('UploadSession')),
  GetUploadsForUser: listed('UploadSession'),
  // Threads
  GetUserThreads: ok(ref('UserThreads')),
  GetUserThread: ok(ref('Thread')),
  UpdateThreadReadForUser: ok(ref('Thread')),
  SetThreadUnreadByPostId: ok(ref('Thread')),
  UpdateThreadsReadForUser: done,
  StartFollowingThread: done,
  StopFollowingThread: done,
  // Commands, buttons, dialogs: documented with other names than servers send
  ListCommands: listed('Command'),
  ListAutocompleteCommands: listed('Command'),
  GetCommandById: ok(ref('Command')),
  CreateCommand: created(ref('Command')),
  UpdateCommand: ok(ref('Command')),
  DeleteCommand: done,
  MoveCommand: done,
  RegenCommandToken: ok(exactly({ token: id })),
  ExecuteCommand: ok(ref('CommandResponse')),
  ListCommandAutocompleteSuggestions: ok(listOf(exactly({ Complete: text, Suggestion: text, Hint: text, Description: text, IconData: text }))),
  DoPostAction: ok(exactly({ status: { const: 'OK' }, trigger_id: id })),
  OpenInteractiveDialog: done,
  SubmitInteractiveDialog: ok(exactly({}, { error: text, errors: mapOf(text), type: text, form: atLeast({}) })),
  LookupInteractiveDialog: ok(exactly({ items: listOf(exactly({ text, value: text })) })),
  UpdateUserCustomStatus: done,
  UnsetUserCustomStatus: done,
  RemoveRecentCustomStatus: done,
  PostUserRecentCustomStatusDelete: done,
  // Beyond T0: what is documented as something else
  // With graceful=true each item is answered for.
  AddTeamMembers: created(either(
    listOf(ref('TeamMember')),
    listOf(exactly({ user_id: id, member: either(ref('TeamMember'), { type: 'null' }), error: either(atLeast({ id: text, message: text, status_code: count }), { type: 'null' }) })),
  )),
  GetAllChannels: ok(either(ref('ChannelListWithTeamData'), exactly({ channels: ref('ChannelListWithTeamData'), total_count: count }))),
  SearchAllChannels: ok(either(ref('ChannelListWithTeamData'), exactly({ channels: ref('ChannelListWithTeamData'), total_count: count }))),
  MarkChannelsReadForUser: ok(exactly({ status: { const: 'OK' }, last_viewed_at_times: mapOf(millis, id) })),
  // A page with its count only where page and size are asked for.
  SearchTeams: ok(either(listOf(ref('Team')), exactly({ teams: listOf(ref('Team')), total_count: count }))),
  GetServerLimits: ok(ref('ServerLimits')),
  GetPrevTrialLicense: ok(atLeast({ IsLicensed: text })),
  GetAnalyticsOld: ok(listOf(exactly({ name: text, value: { type: 'number' } }))),
  GetIncomingWebhooks: ok(either(
    listOf(ref('IncomingWebhook')),
    exactly({ incoming_webhooks: listOf(ref('IncomingWebhook')), total_count: count }),
  )),
  GetGroups: ok(either(listOf(ref('Group')), exactly({ groups: listOf(ref('Group')), total_group_count: count }))),
  GetGroupsByChannel: ok(exactly({ groups: listOf(ref('Group')), total_group_count: count })),
  GetGroupsByTeam: ok(exactly({ groups: listOf(ref('Group')), total_group_count: count })),
  GetRedirectLocation: ok(exactly({ location: text })),
  GetUsersForReporting: ok(listOf(atLeast({ id }))),
}
