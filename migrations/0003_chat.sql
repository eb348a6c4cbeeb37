-- Teams, channels, posts and what hangs on them.
create table teams (
  id text primary key,
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  display_name text not null,
  name text not null unique,
  description text not null default '',
  email text not null default '',
  type text not null default 'I',
  company_name text not null default '',
  allowed_domains text not null default '',
  invite_id text not null unique,
  allow_open_invite boolean not null default false,
  last_icon_update_at bigint not null default 0
);

create table team_members (
  team_id text not null references teams (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  is_guest boolean not null default false,
  is_admin boolean not null default false,
  explicit_roles text not null default '',
  primary key (team_id, user_id)
);
create index ix_team_members_user_id on team_members (user_id);

create table channels (
  id text primary key,
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  -- '' for direct and group channels
  team_id text not null default '',
  type text not null,
  display_name text not null,
  name text not null,
  header text not null default '',
  purpose text not null default '',
  creator_id text not null default '',
  -- strictly grows with every post of any kind, so that posts of a channel never share a moment
  last_create_at bigint not null default 0,
  last_post_at bigint not null default 0,
  last_root_post_at bigint not null default 0,
  total_msg_count bigint not null default 0,
  total_msg_count_root bigint not null default 0,
  -- posts that mention everybody; a member's share is what came since it looked (channel_members.broadcast_seen)
  broadcast_count bigint not null default 0,
  broadcast_count_root bigint not null default 0,
  member_count integer not null default 0,
  props jsonb not null default '{}',
  plugin_props jsonb not null default '{}',
  group_constrained boolean not null default false
);
create unique index ux_channels_team_id_name on channels (team_id, name);
create index ix_channels_team_id_display_name on channels (team_id, lower(display_name), id) where type = 'O';
create index ix_channels_delete_at on channels (team_id, delete_at);

create table channel_members (
  channel_id text not null references channels (id) on delete cascade,
  user_id text not null references users (id) on delete cascade,
  create_at bigint not null,
  update_at bigint not null,
  is_guest boolean not null default false,
  is_admin boolean not null default false,
  explicit_roles text not null default '',
  last_viewed_at bigint not null default 0,
  msg_count bigint not null default 0,
  msg_count_root bigint not null default 0,
  mention_count bigint not null default 0,
  mention_count_root bigint not null default 0,
  broadcast_seen bigint not null default 0,
  broadcast_seen_root bigint not null default 0,
  -- false when the member asked not to be mentioned by @channel and @all
  counts_broadcast boolean not null default true,
  notify_props jsonb not null default '{}',
  primary key (channel_id, user_id)
);
create index ix_channel_members_user_id on channel_members (user_id, channel_id);
create index ix_channel_members_guests on channel_members (channel_id) where is_guest;

-- Without defaults: every batch of posts would copy them with the description of the row (0005_append_posts.sql).
create table posts (
  id text primary key,
  create_at bigint not null,
  update_at bigint not null,
  edit_at bigint not null,
  delete_at bigint not null,
  delete_by text not null,
  is_pinned boolean not null,
  user_id text not null,
  -- append_posts holds the channel's lock when it writes: the look-up of a foreign key would be a second one for each post.
  channel_id text not null,
  root_id text not null,
  message text not null,
  type text not null,
  props jsonb not null,
  plugin_props jsonb not null,
  hashtags text not null,
  file_ids text[] not null,
  pending_post_id text not null,
  has_reactions boolean not null,
  mentions_everybody boolean not null,
  embeds jsonb not null
);
create unique index ux_posts_user_id_pending_post_id on posts (user_id, pending_post_id) where pending_post_id <> '';
create index ix_posts_channel_id_create_at on posts (channel_id, create_at desc);
-- Where threads are collapsed, a channel's history is its roots; a busy thread must not stand in the way.
create index ix_posts_roots on posts (channel_id, create_at desc) where root_id = '';
create index ix_posts_channel_id_update_at on posts (channel_id, update_at);
-- Statements must say root_id <> '' to be served by it.
create index ix_posts_root_id_create_at on posts (root_id, create_at) where root_id <> '';
-- Few posts have anything of a plugin; who removes a plugin looks at these alone.
create index ix_posts_plugin_props on posts (id) where plugin_props <> '{}';
create index ix_posts_pinned on posts (channel_id, create_at desc) where is_pinned;

-- What a post said before each edit.
create table post_revisions (
  id text primary key,
  post_id text not null references posts (id) on delete cascade,
  replaced_at bigint not null,
  message text not null,
  props jsonb not null,
  hashtags text not null default '',
  file_ids text[] not null default '{}',
  edit_at bigint not null
);
create index ix_post_revisions_post_id on post_revisions (post_id, replaced_at desc);

create table post_mentions (
  post_id text not null references posts (id) on delete cascade,
  user_id text not null,
  channel_id text not null,
  create_at bigint not null,
  is_root boolean not null,
  primary key (post_id, user_id)
);
create index ix_post_mentions_user_id on post_mentions (user_id, channel_id, create_at);

create table threads (
  post_id text primary key references posts (id) on delete cascade,
  channel_id text not null,
  team_id text not null default '',
  reply_count integer not null default 0,
  last_reply_at bigint not null default 0,
  -- authors of replies, the latest last
  participants text[] not null default '{}',
  delete_at bigint not null default 0
);
create index ix_threads_channel_id on threads (channel_id, last_reply_at desc);

create table thread_members (
  post_id text not null references threads (post_id) on delete cascade,
  user_id text not null,
  is_following boolean not null default true,
  last_viewed_at bigint not null default 0,
  last_update_at bigint not null default 0,
  -- replies that stood there when the member last looked; unread = threads.reply_count - seen_replies
  seen_replies integer not null default 0,
  unread_mentions integer not null default 0,
  primary key (post_id, user_id)
);
create index ix_thread_members_user_id on thread_members (user_id) where is_following;

create table reactions (
  post_id text not null references posts (id) on delete cascade,
  user_id text not null,
  emoji_name text not null,
  channel_id text not null,
  create_at bigint not null,
  primary key (post_id, user_id, emoji_name)
);

create table files (
  id text primary key,
  user_id text not null,
  channel_id text not null,
  post_id text not null default '',
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  name text not null,
  extension text not null default '',
  size_bytes bigint not null,
  mime_type text not null,
  sha256 text not null,
  width integer not null default 0,
  height integer not null default 0,
  has_preview boolean not null default false,
  mini_preview bytea,
  storage_key text not null
);
create index ix_files_channel_id on files (channel_id, create_at, id) where post_id <> '' and delete_at = 0;
create index ix_files_post_id on files (post_id) where post_id <> '';
create index ix_files_unattached on files (create_at) where post_id = '';
create index ix_files_unattached_user_id on files (user_id) where post_id = '';

-- Bytes in the file store that no row stands for: noted before they are written, struck out by the transaction whose row
-- takes them, and noted again (with create_at 0) by the one that lets them go. What is a day old is removed.
create table unclaimed_blobs (
  storage_key text primary key,
  create_at bigint not null
);
create index ix_unclaimed_blobs_create_at on unclaimed_blobs (create_at);

-- Files that come in several requests, part after part.
create table uploads (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  channel_id text not null references channels (id) on delete cascade,
  create_at bigint not null,
  name text not null,
  size_bytes bigint not null,
  offset_bytes bigint not null default 0,
  part_keys text[] not null default '{}'
);
create index ix_uploads_user_id on uploads (user_id);
create index ix_uploads_create_at on uploads (create_at);

create table custom_emoji (
  id text primary key,
  name text not null,
  creator_id text not null,
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  mime_type text not null,
  storage_key text not null
);
create unique index ux_custom_emoji_name on custom_emoji (name) where delete_at = 0;

create table sidebar_categories (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  team_id text not null,
  type text not null,
  display_name text not null default '',
  sorting text not null default '',
  sort_order integer not null default 0,
  is_muted boolean not null default false,
  is_collapsed boolean not null default false
);
create index ix_sidebar_categories_user_id on sidebar_categories (user_id, team_id, sort_order);
create unique index ux_sidebar_categories_built_in on sidebar_categories (user_id, team_id, type) where type <> 'custom';

create table sidebar_channels (
  user_id text not null,
  team_id text not null,
  channel_id text not null,
  category_id text not null references sidebar_categories (id) on delete cascade,
  sort_order integer not null default 0,
  primary key (user_id, team_id, channel_id),
  -- whoever leaves a channel leaves it in every sidebar
  foreign key (channel_id, user_id) references channel_members (channel_id, user_id) on delete cascade
);
create index ix_sidebar_channels_category_id on sidebar_channels (category_id, sort_order);

create table drafts (
  user_id text not null references users (id) on delete cascade,
  channel_id text not null references channels (id) on delete cascade,
  root_id text not null default '',
  create_at bigint not null,
  update_at bigint not null,
  message text not null default '',
  type text not null default '',
  props jsonb not null default '{}',
  file_ids text[] not null default '{}',
  priority jsonb not null default '{}',
  primary key (user_id, channel_id, root_id)
);

-- A file as the protocol shows it (sdk/src/protocol/file.ts).
create function file_value(f files) returns jsonb language sql immutable as $$
  select jsonb_build_object('id', f.id, 'userId', f.user_id, 'channelId', f.channel_id, 'postId', f.post_id,
    'createAt', f.create_at, 'updateAt', f.update_at, 'deleteAt', f.delete_at, 'name', f.name, 'extension', f.extension,
    'sizeBytes', f.size_bytes, 'mimeType', f.mime_type, 'width', f.width, 'height', f.height, 'hasPreview', f.has_preview,
    'miniPreview', case when f.mini_preview is null then null else replace(encode(f.mini_preview, 'base64'), E'\n', '') end)
$$;
