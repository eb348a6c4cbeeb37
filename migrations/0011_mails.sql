-- Links to choose a new password come by mail as well: somebody who asks for one in another's name makes none void.
alter table password_resets drop constraint password_resets_pkey;
alter table password_resets add primary key using index ux_password_resets_token_hash;
create index ix_password_resets_user_id on password_resets (user_id);

-- Links by which the owner of an account shows to read the mails of an address: the one that the account has, or is to get.
create table email_verifications (
  -- SHA-256 of what the link holds.
  token_hash bytea primary key,
  user_id text not null references users (id) on delete cascade,
  email text not null,
  expires_at bigint not null
);
create index ix_email_verifications_user_id on email_verifications (user_id);

-- Invitations to a team that were mailed: who holds the link signs up with the address, or joins with an account.
create table team_invitations (
  -- SHA-256 of what the link holds.
  token_hash bytea primary key,
  team_id text not null references teams (id) on delete cascade,
  email text not null,
  inviter_id text not null,
  -- Which it leads to besides those that everybody in the team is in.
  channel_ids text[] not null default '{}',
  expires_at bigint not null
);
create index ix_team_invitations_expires_at on team_invitations (expires_at);

-- Where parts of the server that follow the event log at their own pace stand in it.
create table event_readers (
  name text primary key,
  cursor text not null,
  update_at bigint not null
);
