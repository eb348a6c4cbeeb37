/** One good example of each entity, with as many fields as it can have. */
const id = (letter: string): string => letter.repeat(26)
const at = 1_700_000_000_000

const user = {
  id: id('u'), create_at: at, update_at: at, delete_at: 0, username: 'ann', auth_service: '', auth_data: '', email: 'ann@example.org', email_verified: true,
  nickname: '', first_name: 'Ann', last_name: 'Lee', position: '', roles: 'system_user', props: { customStatus: '' }, notify_props: { desktop: 'mention' },
  last_password_update: at, locale: 'en', timezone: { useAutomaticTimezone: 'true', automaticTimezone: 'Europe/Berlin', manualTimezone: '' },
  is_bot: true, bot_description: 'helps', disable_welcome_email: false,
}

const teamMember = {
  team_id: id('t'), user_id: id('u'), roles: 'team_user', delete_at: 0, scheme_guest: false, scheme_user: true, scheme_admin: false, explicit_roles: '',
}

const channel = {
  id: id('c'), create_at: at, update_at: at, delete_at: 0, team_id: id('t'), type: 'O', display_name: 'Town Square', name: 'town-square', header: '',
  purpose: '', last_post_at: at, last_root_post_at: at, total_msg_count: 3, total_msg_count_root: 2, extra_update_at: 0, creator_id: id('u'),
  scheme_id: null, props: null, group_constrained: null, autotranslation: false, shared: null, policy_id: null, banner_info: null,
  policy_enforced: false, policy_is_active: false, default_category_name: '', managed_category_name: '', discoverable: false,
}

const channelMember = {
  channel_id: id('c'), user_id: id('u'), roles: 'channel_user', last_viewed_at: at, msg_count: 3, msg_count_root: 2, mention_count: 1,
  mention_count_root: 1, urgent_mention_count: 0, notify_props: { mark_unread: 'all' }, last_update_at: at, scheme_guest: false, scheme_user: true,
  scheme_admin: false, explicit_roles: '', autotranslation_disabled: false,
}

const fileInfo = {
  id: id('f'), user_id: id('u'), post_id: id('p'), channel_id: id('c'), create_at: at, update_at: at, delete_at: 0, name: 'a.png', extension: 'png',
  size: 12, mime_type: 'image/png', width: 4, height: 3, has_preview_image: true, mini_preview: null, remote_id: '', archived: false,
}

const reaction = {
  user_id: id('u'), post_id: id('p'), emoji_name: 'smile', create_at: at, update_at: at, delete_at: 0, remote_id: '', channel_id: id('c'),
}

const emoji = { id: id('e'), create_at: at, update_at: at, delete_at: 0, creator_id: id('u'), name: 'parrot' }

const post = {
  id: id('p'), create_at: at, update_at: at, edit_at: 0, delete_at: 0, is_pinned: false, user_id: id('u'), channel_id: id('c'), root_id: '',
  original_id: '', message: 'hello', type: '', props: {}, hashtags: '', file_ids: [id('f')], pending_post_id: '', has_reactions: true,
  reply_count: 1, last_reply_at: at, participants: [{ id: id('u') }], is_following: true,
  metadata: { files: [fileInfo], reactions: [reaction], emojis: [emoji], images: { 'https://example.org/a.png': { width: 1, height: 1, format: 'png', frame_count: 0 } } },
}

const thread = {
  id: id('p'), reply_count: 1, last_reply_at: at, last_viewed_at: 0, participants: [user], post, unread_replies: 1, unread_mentions: 0, is_urgent: false,
  delete_at: 0,
}

const category = {
  id: `favorites_${id('u')}_${id('t')}`, user_id: id('u'), team_id: id('t'), sort_order: 0, sorting: '', type: 'favorites', display_name: 'Favorites',
  muted: false, collapsed: false, channel_ids: [id('c')],
}

export const examples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  User: user,
  UserAutocomplete: { users: [user], out_of_channel: [] },
  Status: { user_id: id('u'), status: 'online', manual: false, last_activity_at: at, dnd_end_time: 0 },
  Session: {
    id: id('s'), token: '', create_at: at, expires_at: at, last_activity_at: at, user_id: id('u'), device_id: '', roles: 'system_user', is_oauth: false,
    expired_notify: false, props: { browser: 'Firefox' }, team_members: [teamMember], local: false,
  },
  Preference: { user_id: id('u'), category: 'theme', name: '', value: '{}' },
  Role: {
    id: id('r'), name: 'system_user', display_name: 'x', description: 'y', create_at: at, update_at: at, delete_at: 0, permissions: ['create_team'],
    scheme_managed: true, built_in: true,
  },
  Team: {
    id: id('t'), create_at: at, update_at: at, delete_at: 0, display_name: 'Nest', name: 'nest', description: '', email: '', type: 'O', company_name: '',
    allowed_domains: '', invite_id: id('i'), allow_open_invite: true, last_team_icon_update: at, scheme_id: null, group_constrained: null,
    policy_id: null, cloud_limits_archived: false,
  },
  TeamMember: teamMember,
  TeamStats: { team_id: id('t'), total_member_count: 2, active_member_count: 1 },
  TeamUnread: {
    team_id: id('t'), msg_count: 0, msg_count_root: 0, mention_count: 0, mention_count_root: 0, thread_count: 0, thread_mention_count: 0,
    thread_urgent_mention_count: 0,
  },
  Channel: channel,
  ChannelWithTeamData: { ...channel, team_display_name: 'Nest', team_name: 'nest', team_update_at: at },
  ChannelMember: channelMember,
  ChannelMemberWithTeamData: { ...channelMember, team_display_name: 'Nest', team_name: 'nest', team_update_at: at },
  ChannelStats: { channel_id: id('c'), member_count: 1, guest_count: 0, pinnedpost_count: 0, files_count: -1 },
  ChannelUnreadAt: {
    team_id: id('t'), user_id: id('u'), channel_id: id('c'), msg_count: 1, msg_count_root: 1, mention_count: 0, mention_count_root: 0,
    urgent_mention_count: 0, last_viewed_at: at,
  },
  SidebarCategoryWithChannels: category,
  OrderedSidebarCategories: { categories: [category], order: [category.id] },
  Post: post,
  PostMetadata: post.metadata,
  PostPriority: { priority: 'urgent', requested_ack: true, persistent_notifications: null },
  PostAcknowledgement: { user_id: id('u'), post_id: id('p'), acknowledged_at: at },
  PostList: { order: [post.id], posts: { [post.id]: post }, next_post_id: '', prev_post_id: '', first_inaccessible_post_time: 0 },
  Reaction: reaction,
  Emoji: emoji,
  FileInfo: fileInfo,
  FileUpload: { file_infos: [fileInfo], client_ids: ['one'] },
  Thread: thread,
  UserThreads: { total: 1, total_unread_threads: 1, total_unread_mentions: 0, total_unread_urgent_mentions: 0, threads: [thread] },
  Draft: { create_at: at, update_at: at, delete_at: 0, user_id: id('u'), channel_id: id('c'), root_id: '', message: 'so', props: {}, metadata: {} },
  ScheduledPost: {
    id: id('d'), create_at: at, update_at: at, user_id: id('u'), channel_id: id('c'), root_id: '', message: 'later', props: {}, scheduled_at: at,
    processed_at: 0, error_code: '',
  },
  ServerLimits: {
    maxUsersLimit: 0, maxUsersHardLimit: 0, activeUserCount: 0, singleChannelGuestCount: 0, singleChannelGuestLimit: 0, postHistoryLimit: 0,
    lastAccessiblePostTime: 0,
  },
  AppError: { id: 'api.context.404.app_error', message: 'no', detailed_error: '', request_id: id('q'), status_code: 404 },
  StatusOK: { status: 'OK' },
  ClientLicense: { IsLicensed: 'false' },
}

export const exampleId = id
