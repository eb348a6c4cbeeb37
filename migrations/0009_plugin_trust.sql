-- Whose plugins this server takes and whose it does not, besides the settings of its environment.
create table plugin_signers (
  -- Ed25519, 32 bytes in base64
  public_key text primary key,
  name text not null,
  -- trusted, revoked
  standing text not null,
  -- why, where it was revoked
  reason text not null default '',
  update_at bigint not null
);

-- Single versions that never run here again, whoever signed them.
create table plugin_revoked_versions (
  plugin_id text not null,
  version text not null,
  reason text not null,
  update_at bigint not null,
  primary key (plugin_id, version)
);
