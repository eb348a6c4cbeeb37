-- Plugins of this server. What one is allowed stands here, never in its package.
create table plugins (
  id text primary key,
  version text not null,
  -- enabled, disabled, upgrading, quarantined, modified, trashed
  state text not null default 'disabled',
  reason text not null default '',
  -- grows with every change of the row
  generation bigint not null default 1,
  -- release: came with the server; installed: an admin brought it
  origin text not null,
  manifest jsonb not null,
  source_hash text not null,
  -- of the package in the file store, '' where an admin brought none; and who signed it
  package_hash text not null default '',
  signer text not null default '',
  -- a version that waits for consent; the version before, while another is on trial; when it was uninstalled, and what became of its data
  pending jsonb,
  previous jsonb,
  trash jsonb,
  -- by capability, narrowed where the admin gave less than was asked for
  granted jsonb not null default '{}',
  -- what it asked an admin for while it ran, by capability
  wishes jsonb not null default '{}',
  -- scope (server, teams, channels) and ids
  binding jsonb not null default '{"scope": "server"}',
  -- what the admin changed of deadlines, failure policies and order, by hook
  hook_overrides jsonb not null default '{}',
  -- when an admin chose it to carry out a contract, by name
  chosen_for jsonb not null default '{}',
  bot_user_id text not null default '',
  create_at bigint not null,
  update_at bigint not null
);

-- Where each observer stands in the event log.
create table plugin_observers (
  plugin_id text not null references plugins (id) on delete cascade,
  name text not null,
  cursor text not null,
  -- of one that hears first of what was before it: how far it has come
  past jsonb,
  update_at bigint not null,
  primary key (plugin_id, name)
);

-- Events and jobs that a plugin could not take in: tried again later, and in the end kept as dead letters.
create table plugin_deliveries (
  id text primary key,
  plugin_id text not null references plugins (id) on delete cascade,
  -- as the plugin knows it: observe <name>, job <name>
  handler text not null,
  -- the same event or job is put away once
  key text not null,
  -- retrying, dead
  state text not null,
  input jsonb not null,
  attempts integer not null,
  last_error text not null default '',
  create_at bigint not null,
  update_at bigint not null
);
create unique index ux_plugin_deliveries_key on plugin_deliveries (plugin_id, handler, key);
create index ix_plugin_deliveries_state on plugin_deliveries (plugin_id, state, id);

-- What plugins record for those who have to answer for the server. It is the server's and outlives the plugin.
create table audit_events (
  id text primary key,
  at bigint not null,
  plugin_id text not null,
  event text not null,
  -- who made the plugin do it, '' where it did so by itself
  user_id text not null default '',
  address text not null default '',
  details jsonb not null default '{}'
);
create index ix_audit_events_plugin_id on audit_events (plugin_id, id);
create index ix_audit_events_user_id on audit_events (user_id, id) where user_id <> '';
