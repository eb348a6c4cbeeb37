-- A link by which somebody who forgot the password gives the account a new one. Each new link makes the one before it void.
create table password_resets (
  user_id text primary key references users (id) on delete cascade,
  -- SHA-256 of what the link holds.
  token_hash bytea not null,
  expires_at bigint not null
);
create unique index ux_password_resets_token_hash on password_resets (token_hash);
