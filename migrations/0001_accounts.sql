-- Names as people look for them: without case, accents, vowel marks and forms of one letter (kernel/src/text/folded.ts).
create function folded(name text) returns text language sql immutable strict parallel safe
  return translate(replace(lower(regexp_replace(normalize(name, nfkd), '[\u0300-\u036f\u064b-\u065f\u0670\u0640]', '', 'g')), 'ß', 'ss'), 'øıىة', 'oiيه');

-- Accounts, their sessions and what they prefer. Times are milliseconds since 1970, 0 for never.
create table users (
  id text primary key,
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  username text not null,
  email text not null,
  email_verified boolean not null default false,
  password_hash text,
  nickname text not null default '',
  first_name text not null default '',
  last_name text not null default '',
  position text not null default '',
  roles text not null default 'system_user',
  locale text not null default 'en',
  timezone jsonb not null default '{}',
  notify_props jsonb not null default '{}',
  props jsonb not null default '{}',
  plugin_props jsonb not null default '{}',
  auth_service text not null default '',
  auth_data text,
  mfa_active boolean not null default false,
  is_bot boolean not null default false,
  bot_owner_id text not null default '',
  bot_description text not null default '',
  last_password_update_at bigint not null default 0,
  last_picture_update_at bigint not null default 0,
  failed_attempts integer not null default 0,
  last_login_at bigint not null default 0
);
create unique index ux_users_username on users (lower(username));
create unique index ux_users_email on users (lower(email));
create index ix_users_update_at on users (update_at);
create index ix_users_create_at on users (create_at);
-- Who is looked for by the beginning of a name (kernel/src/chat/users/search-users.ts).
create index ix_users_username_beginning on users (lower(username) text_pattern_ops);
create index ix_users_nickname_beginning on users (folded(nickname) text_pattern_ops);
create index ix_users_first_name_beginning on users (folded(first_name) text_pattern_ops);
create index ix_users_last_name_beginning on users (folded(last_name) text_pattern_ops);
create index ix_users_email_beginning on users (lower(email) text_pattern_ops);

-- What mentions a user besides a broadcast: @name, own keywords, first name. Kept by the account's writes.
create table mention_keywords (
  keyword text not null,
  user_id text not null references users (id) on delete cascade,
  -- matches inside of words, in scripts that are written without spaces
  is_substring boolean not null default false,
  -- first names match only as they are written
  is_case_sensitive boolean not null default false,
  primary key (keyword, user_id)
);
create index ix_mention_keywords_user_id on mention_keywords (user_id);
create index ix_mention_keywords_substring on mention_keywords (keyword) where is_substring;

create table sessions (
  id text primary key,
  token_hash bytea not null,
  user_id text not null references users (id) on delete cascade,
  create_at bigint not null,
  expires_at bigint not null,
  last_activity_at bigint not null,
  device_id text not null default '',
  csrf_token text not null default '',
  props jsonb not null default '{}'
);
create unique index ux_sessions_token_hash on sessions (token_hash);
create index ix_sessions_user_id on sessions (user_id);
create index ix_sessions_expires_at on sessions (expires_at) where expires_at > 0;

create table personal_access_tokens (
  id text primary key,
  token_hash bytea not null,
  user_id text not null references users (id) on delete cascade,
  description text not null default '',
  is_active boolean not null default true,
  create_at bigint not null
);
create unique index ux_personal_access_tokens_token_hash on personal_access_tokens (token_hash);
create index ix_personal_access_tokens_user_id on personal_access_tokens (user_id);

create table preferences (
  user_id text not null references users (id) on delete cascade,
  category text not null,
  name text not null,
  value text not null default '',
  primary key (user_id, category, name)
);

create table statuses (
  user_id text primary key references users (id) on delete cascade,
  status text not null default 'offline',
  is_manual boolean not null default false,
  last_activity_at bigint not null default 0,
  dnd_end_at bigint not null default 0,
  previous_status text not null default 'offline'
);

create table roles (
  id text primary key,
  name text not null unique,
  display_name text not null default '',
  description text not null default '',
  create_at bigint not null,
  update_at bigint not null,
  delete_at bigint not null default 0,
  permissions text[] not null default '{}',
  is_scheme_managed boolean not null default false,
  is_built_in boolean not null default false
);

-- Settings that an admin changed while the server ran; environment and file stand above them.
create table settings (
  key text primary key,
  value jsonb not null,
  update_at bigint not null
);
