import { clientConfigSchema } from './client-config-schema.ts'
import {
  anything, count, either, exactly, flag, flagOrNull, id, idOrEmpty, integer, listOf, mapOf, millis, oneOf, orNull, ref, text, textOrNull,
  type Fields, type Schema,
} from './shapes.ts'

/**
 * The entities as a server of 11.9 sends them. Required is what is always there, even if empty or null; the other
 * fields are left out when they have nothing to say. Where the published shapes say less or something else, this is
 * what clients really get.
 */

const userAlways: Fields = {
  id,
  username: text,
  auth_service: text,
  email: text,
  nickname: text,
  first_name: text,
  last_name: text,
  position: text,
  roles: text,
  locale: text,
  delete_at: millis,
  disable_welcome_email: flag,
}

const userSometimes: Fields = {
  auth_data: text,
  email_verified: flag,
  allow_marketing: flag,
  props: mapOf(text),
  notify_props: mapOf(text),
  last_password_update: millis,
  last_picture_update: integer,
  failed_attempts: count,
  mfa_active: flag,
  remote_id: textOrNull,
  last_activity_at: millis,
  is_bot: flag,
  bot_description: text,
  bot_last_icon_update: millis,
  terms_of_service_id: text,
  terms_of_service_create_at: millis,
  last_login: millis,
}

const timezone = exactly({
  useAutomaticTimezone: oneOf('true', 'false'),
  automaticTimezone: text,
  manualTimezone: text,
})

/** Somebody of whom only the id need be known, as in the participants of a thread. */
const userReference: Schema = {
  type: 'object',
  properties: { ...userAlways, ...userSometimes, create_at: millis, update_at: millis, timezone: either(timezone, mapOf(text), { type: 'null' }) },
  required: ['id'],
  additionalProperties: false,
}

const teamMemberFields: Fields = {
  team_id: id,
  user_id: id,
  roles: text,
  delete_at: millis,
  scheme_guest: flag,
  scheme_user: flag,
  scheme_admin: flag,
  explicit_roles: text,
}

const channelFields: Fields = {
  id,
  create_at: millis,
  update_at: millis,
  delete_at: millis,
  team_id: idOrEmpty,
  type: oneOf('O', 'P', 'D', 'G'),
  display_name: text,
  name: text,
  header: text,
  purpose: text,
  last_post_at: millis,
  last_root_post_at: millis,
  total_msg_count: count,
  total_msg_count_root: count,
  extra_update_at: millis,
  creator_id: idOrEmpty,
  scheme_id: textOrNull,
  props: { type: ['object', 'null'] },
  group_constrained: flagOrNull,
  autotranslation: flag,
  shared: flagOrNull,
  policy_id: textOrNull,
  banner_info: orNull(exactly({ enabled: flagOrNull, text: textOrNull, background_color: textOrNull })),
  policy_enforced: flag,
  policy_is_active: flag,
  default_category_name: text,
  managed_category_name: text,
  discoverable: flag,
}

const channelSometimes: Fields = { policy_actions: mapOf(flag) }

const channelMemberFields: Fields = {
  channel_id: id,
  user_id: id,
  roles: text,
  msg_count: count,
  msg_count_root: count,
  mention_count: count,
  mention_count_root: count,
  urgent_mention_count: count,
  notify_props: mapOf(text),
  scheme_guest: flag,
  scheme_user: flag,
  scheme_admin: flag,
  explicit_roles: text,
  autotranslation_disabled: flag,
}

/** When somebody last looked is nobody else's business: both are left out of other people's memberships. */
const channelMemberSometimes: Fields = { last_viewed_at: millis, last_update_at: millis }

const withTeamData: Fields = { team_display_name: text, team_name: text, team_update_at: millis }

const unreadCounts: Fields = {
  msg_count: count,
  msg_count_root: count,
  mention_count: count,
  mention_count_root: count,
  urgent_mention_count: count,
}

const postListFields: Fields = {
  order: listOf(id),
  posts: mapOf(ref('Post'), id),
  next_post_id: idOrEmpty,
  prev_post_id: idOrEmpty,
  first_inaccessible_post_time: millis,
}

const postListSometimes: Fields = { has_next: flag, next_cursor: text }

const draftSometimes: Fields = {
  type: text,
  file_ids: listOf(id),
  metadata: ref('PostMetadata'),
  priority: mapOf(anything),
}

export const entities: Readonly<Record<string, Schema>> = {
  StatusOK: exactly({ status: { const: 'OK' } }),
  AppError: exactly({ id: text, message: text, detailed_error: text, request_id: id, status_code: integer }),

  User: exactly({ ...userAlways, create_at: millis, update_at: millis, timezone }, userSometimes),
  UserReference: userReference,
  UserAutocomplete: exactly({ users: listOf(ref('User')) }, { out_of_channel: listOf(ref('User')), agents: listOf(ref('User')) }),
  Status: exactly(
    { user_id: id, status: oneOf('online', 'away', 'dnd', 'offline', 'ooo'), manual: flag, last_activity_at: millis, dnd_end_time: count },
    { active_channel: text },
  ),
  Session: exactly({
    id,
    // The token itself is never shown again.
    token: { const: '' },
    create_at: millis,
    expires_at: millis,
    last_activity_at: millis,
    user_id: id,
    device_id: text,
    roles: text,
    is_oauth: flag,
    expired_notify: flag,
    props: mapOf(text),
    team_members: orNull(listOf(ref('TeamMember'))),
    local: flag,
  }),
  Preference: exactly({ user_id: id, category: text, name: text, value: text }),
  Role: exactly({
    id,
    name: text,
    display_name: text,
    description: text,
    create_at: millis,
    update_at: millis,
    delete_at: millis,
    permissions: listOf(text),
    scheme_managed: flag,
    built_in: flag,
  }),

  Team: exactly({
    id,
    create_at: millis,
    update_at: millis,
    delete_at: millis,
    display_name: text,
    name: text,
    description: text,
    email: text,
    type: oneOf('O', 'I'),
    company_name: text,
    allowed_domains: text,
    // Empty for those who may not invite
    invite_id: idOrEmpty,
    allow_open_invite: flag,
    scheme_id: textOrNull,
    group_constrained: flagOrNull,
    policy_id: textOrNull,
    cloud_limits_archived: flag,
  }, { last_team_icon_update: millis, policy_enforced: flag, policy_actions: mapOf(flag), policy_is_active: flag }),
  TeamMember: exactly(teamMemberFields),
  TeamStats: exactly({ team_id: id, total_member_count: count, active_member_count: count }),
  TeamUnread: exactly({
    team_id: id,
    msg_count: count,
    msg_count_root: count,
    mention_count: count,
    mention_count_root: count,
    thread_count: count,
    thread_mention_count: count,
    thread_urgent_mention_count: count,
  }),

  Channel: exactly(channelFields, channelSometimes),
  ChannelWithTeamData: exactly({ ...channelFields, ...withTeamData }, channelSometimes),
  ChannelListWithTeamData: listOf(ref('ChannelWithTeamData')),
  ChannelMember: exactly(channelMemberFields, channelMemberSometimes),
  ChannelMemberWithTeamData: exactly({ ...channelMemberFields, ...withTeamData }, channelMemberSometimes),
  ChannelStats: exactly({ channel_id: id, member_count: count, guest_count: count, pinnedpost_count: count, files_count: integer }),
  ChannelUnread: exactly({ team_id: idOrEmpty, channel_id: id, ...unreadCounts }),
  ChannelUnreadAt: exactly({ team_id: idOrEmpty, user_id: id, channel_id: id, ...unreadCounts, last_viewed_at: millis }),
  SidebarCategoryWithChannels: exactly({
    // The three given categories have ids that name user and team
    id: { type: 'string', pattern: '^([a-z0-9]{26}|(favorites|channels|direct_messages)_[a-z0-9]{26}_[a-z0-9]{26})$' },
    user_id: id,
    team_id: id,
    sort_order: integer,
    sorting: oneOf('', 'manual', 'recent', 'alpha'),
    type: oneOf('favorites', 'channels', 'direct_messages', 'custom'),
    display_name: text,
    muted: flag,
    collapsed: flag,
    channel_ids: listOf(id),
  }),
  OrderedSidebarCategories: exactly({ categories: listOf(ref('SidebarCategoryWithChannels')), order: listOf(text) }),

  Post: exactly({
    id,
    create_at: millis,
    update_at: millis,
    edit_at: millis,
    delete_at: millis,
    is_pinned: flag,
    user_id: id,
    channel_id: id,
    root_id: idOrEmpty,
    original_id: idOrEmpty,
    message: text,
    type: text,
    props: { type: 'object' },
    hashtags: text,
    pending_post_id: text,
    reply_count: count,
    last_reply_at: millis,
    participants: orNull(listOf(ref('UserReference'))),
    metadata: ref('PostMetadata'),
  }, {
    file_ids: listOf(id),
    message_source: text,
    has_reactions: flag,
    remote_id: textOrNull,
    is_following: flag,
  }),
  PostMetadata: exactly({}, {
    embeds: listOf(ref('PostEmbed')),
    emojis: listOf(ref('Emoji')),
    files: listOf(ref('FileInfo')),
    images: mapOf(orNull(exactly({ width: count, height: count, format: text, frame_count: count }))),
    reactions: listOf(ref('Reaction')),
    priority: ref('PostPriority'),
    acknowledgements: listOf(ref('PostAcknowledgement')),
    translations: mapOf(anything),
    expire_at: millis,
    recipients: listOf(id),
    redacted_file_count: count,
  }),
  PostEmbed: exactly(
    { type: oneOf('image', 'message_attachment', 'opengraph', 'link', 'permalink', 'boards') },
    { url: text, data: anything },
  ),
  PostPriority: exactly(
    { priority: textOrNull, requested_ack: flagOrNull, persistent_notifications: flagOrNull },
    { PostId: text, ChannelId: text },
  ),
  PostAcknowledgement: exactly({ user_id: id, post_id: id, acknowledged_at: millis }, { channel_id: id, remote_id: textOrNull }),
  PostList: exactly(postListFields, postListSometimes),
  PostListWithSearchMatches: exactly({ ...postListFields, matches: orNull(mapOf(orNull(listOf(text)), id)) }, postListSometimes),
  PostIdToReactionsMap: mapOf(listOf(ref('Reaction')), id),
  Reaction: exactly({
    user_id: id,
    post_id: id,
    emoji_name: text,
    create_at: millis,
    update_at: millis,
    delete_at: millis,
    remote_id: textOrNull,
    channel_id: idOrEmpty,
  }),
  Command: exactly({
    id: idOrEmpty, token: idOrEmpty, create_at: millis, update_at: millis, delete_at: millis, creator_id: idOrEmpty, team_id: idOrEmpty, trigger: text, method: oneOf('', 'P', 'G'), username: text,
    icon_url: text, auto_complete: flag, auto_complete_desc: text, auto_complete_hint: text, display_name: text, description: text, url: text,
  }, { plugin_id: text, autocomplete_icon_data: text }),
  CommandResponse: exactly({
    response_type: oneOf('', 'ephemeral', 'in_channel'), text, username: text, channel_id: idOrEmpty, icon_url: text, type: text, props: { type: ['object', 'null'] }, goto_location: text,
    trigger_id: idOrEmpty, skip_slack_parsing: flag, attachments: orNull(listOf(anything)), extra_responses: orNull(listOf(ref('CommandResponse'))),
  }),
  Emoji: exactly({ id, create_at: millis, update_at: millis, delete_at: millis, creator_id: idOrEmpty, name: text }),
  FileInfo: exactly({
    id,
    user_id: text,
    channel_id: idOrEmpty,
    create_at: millis,
    update_at: millis,
    delete_at: millis,
    name: text,
    extension: text,
    size: count,
    mime_type: text,
    mini_preview: textOrNull,
    remote_id: textOrNull,
    archived: flag,
  }, { post_id: id, width: count, height: count, has_preview_image: flag, extra_info: text }),
  FileInfoList: exactly(
    {
      order: listOf(id),
      file_infos: mapOf(ref('FileInfo'), id),
      next_file_info_id: idOrEmpty,
      prev_file_info_id: idOrEmpty,
      first_inaccessible_file_time: millis,
    },
    { matches: orNull(mapOf(anything)) },
  ),
  UploadSession: exactly({
    id,
    type: oneOf('attachment', 'import'),
    create_at: millis,
    user_id: id,
    channel_id: idOrEmpty,
    filename: text,
    file_size: count,
    file_offset: count,
  }, { remote_id: text, req_file_id: text }),
  FileUpload: exactly({ file_infos: listOf(ref('FileInfo')), client_ids: listOf(text) }),

  Thread: exactly({
    id,
    reply_count: count,
    last_reply_at: millis,
    last_viewed_at: millis,
    participants: listOf(ref('UserReference')),
    post: ref('Post'),
    unread_replies: count,
    unread_mentions: count,
    is_urgent: flag,
    delete_at: millis,
  }, { is_following: flag, props: mapOf(anything) }),
  UserThreads: exactly({
    total: count,
    total_unread_threads: count,
    total_unread_mentions: count,
    total_unread_urgent_mentions: count,
    threads: orNull(listOf(ref('Thread'))),
  }),
  Draft: exactly({
    create_at: millis,
    update_at: millis,
    delete_at: millis,
    user_id: id,
    channel_id: id,
    root_id: idOrEmpty,
    message: text,
    props: { type: 'object' },
  }, draftSometimes),
  ScheduledPost: exactly({
    id,
    create_at: millis,
    update_at: millis,
    user_id: id,
    channel_id: id,
    root_id: idOrEmpty,
    message: text,
    props: { type: 'object' },
    scheduled_at: millis,
  }, { ...draftSometimes, processed_at: millis, error_code: text, delete_at: millis }),

  SystemStatusResponse: {
    type: 'object',
    properties: { status: oneOf('OK', 'UNHEALTHY'), root_status: flag },
    required: ['status'],
    additionalProperties: text,
  },
  ServerLimits: exactly({
    maxUsersLimit: count,
    maxUsersHardLimit: count,
    activeUserCount: count,
    singleChannelGuestCount: count,
    singleChannelGuestLimit: count,
    postHistoryLimit: count,
    lastAccessiblePostTime: millis,
  }),
  UsersStats: exactly({ total_users_count: count }),
  ClientConfig: clientConfigSchema,
  ClientLicense: exactly({ IsLicensed: { const: 'false' } }),
}
