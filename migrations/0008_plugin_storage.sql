-- What plugins keep besides tables of their own. All of it goes with the plugin.

-- Revisions and fences never come twice, also after a key was deleted.
create sequence plugin_revisions;

create table plugin_values (
  plugin_id text not null references plugins (id) on delete cascade,
  key text collate "C" not null,
  -- JSON as it was written: jsonb refuses U+0000
  value text not null,
  revision bigint not null,
  -- 0 for never
  expires_at bigint not null default 0,
  primary key (plugin_id, key)
);
create index ix_plugin_values_expires_at on plugin_values (expires_at) where expires_at > 0;

-- What is stored, exactly: whoever writes a value of the plugin locks this row first.
create table plugin_value_usage (
  plugin_id text primary key references plugins (id) on delete cascade,
  keys bigint not null default 0,
  bytes bigint not null default 0
);

create table plugin_leases (
  plugin_id text not null references plugins (id) on delete cascade,
  key text collate "C" not null,
  -- grows with every holder: what is written under an older one can be told apart
  fence bigint not null,
  expires_at bigint not null,
  primary key (plugin_id, key)
);

create table plugin_secrets (
  plugin_id text not null references plugins (id) on delete cascade,
  name text not null,
  -- sealed with the key of this server
  sealed bytea not null,
  update_at bigint not null,
  primary key (plugin_id, name)
);

create table plugin_settings (
  plugin_id text not null references plugins (id) on delete cascade,
  -- system, team, channel, user
  scope text not null,
  -- '' for system
  scope_id text not null,
  -- only what was set; secrets are sealed
  chosen jsonb not null,
  update_at bigint not null,
  primary key (plugin_id, scope, scope_id)
);

create table plugin_files (
  plugin_id text not null references plugins (id) on delete cascade,
  name text collate "C" not null,
  storage_key text not null,
  size_bytes bigint not null,
  sha256 text not null,
  content_type text not null,
  create_at bigint not null,
  primary key (plugin_id, name)
);

-- Sets a value, or adds to a number where p_by is given. p_if_revision: null for always, 0 where there must be none.
-- Outcomes: set, conflict, full, not_a_number, out_of_range.
create function write_plugin_value(
  p_plugin_id text, p_key text, p_value text, p_by bigint, p_expires_at bigint, p_if_revision bigint, p_now bigint, p_maximum_keys bigint, p_maximum_bytes bigint
) returns table (outcome text, revision bigint, value text) language plpgsql as $$
#variable_conflict use_column
declare
  used plugin_value_usage;
  present plugin_values;
  next_value text := p_value;
  next_expires_at bigint := coalesce(p_expires_at, 0);
  next_revision bigint;
  present_revision bigint := 0;
  keys_more bigint;
  bytes_more bigint;
begin
  insert into plugin_value_usage (plugin_id) values (p_plugin_id) on conflict do nothing;
  select * into used from plugin_value_usage where plugin_id = p_plugin_id for update;
  select * into present from plugin_values where plugin_id = p_plugin_id and key = p_key;
  if present.key is not null and (present.expires_at = 0 or present.expires_at > p_now) then present_revision := present.revision; end if;

  if p_if_revision is not null and p_if_revision <> present_revision then
    return query select 'conflict'::text, present_revision, null::text;
    return;
  end if;
  if p_by is not null then
    if present_revision > 0 and present.value !~ '^-?[0-9]{1,16}$' then
      return query select 'not_a_number'::text, present_revision, null::text;
      return;
    end if;
    next_value := (case when present_revision > 0 then present.value::bigint else 0 end + p_by)::text;
    if abs(next_value::bigint) > 9007199254740991 then
      return query select 'out_of_range'::text, present_revision, null::text;
      return;
    end if;
    if p_expires_at is null and present_revision > 0 then next_expires_at := present.expires_at; end if;
  end if;

  keys_more := case when present.key is null then 1 else 0 end;
  bytes_more := octet_length(next_value) - coalesce(octet_length(present.value), -octet_length(p_key));
  if (keys_more > 0 and used.keys >= p_maximum_keys) or (bytes_more > 0 and used.bytes + bytes_more > p_maximum_bytes) then
    return query select 'full'::text, present_revision, null::text;
    return;
  end if;
  next_revision := nextval('plugin_revisions');
  insert into plugin_values (plugin_id, key, value, revision, expires_at) values (p_plugin_id, p_key, next_value, next_revision, next_expires_at)
    on conflict (plugin_id, key) do update set value = excluded.value, revision = excluded.revision, expires_at = excluded.expires_at;
  update plugin_value_usage set keys = keys + keys_more, bytes = bytes + bytes_more where plugin_id = p_plugin_id;
  return query select 'set'::text, next_revision, next_value;
end $$;

-- Whether there was one with that revision, or any where p_if_revision is null.
create function delete_plugin_value(p_plugin_id text, p_key text, p_if_revision bigint, p_now bigint) returns boolean language plpgsql as $$
#variable_conflict use_column
declare
  gone plugin_values;
begin
  perform 1 from plugin_value_usage where plugin_id = p_plugin_id for update;
  delete from plugin_values where plugin_id = p_plugin_id and key = p_key and (p_if_revision is null or revision = p_if_revision) returning * into gone;
  if gone.key is null then return false; end if;
  update plugin_value_usage set keys = keys - 1, bytes = bytes - octet_length(gone.key) - octet_length(gone.value) where plugin_id = p_plugin_id;
  return gone.expires_at = 0 or gone.expires_at > p_now;
end $$;

-- Removes what has expired, so many at most; answers how many.
create function sweep_plugin_values(p_now bigint, p_limit bigint) returns bigint language plpgsql as $$
#variable_conflict use_column
declare
  each_id text;
  total bigint := 0;
  gone_keys bigint;
  gone_bytes bigint;
begin
  -- In order, so that two sweeps lock in the same one.
  for each_id in select distinct plugin_id from plugin_values where expires_at > 0 and expires_at <= p_now order by plugin_id loop
    perform 1 from plugin_value_usage where plugin_id = each_id for update;
    with gone as (
      delete from plugin_values where plugin_id = each_id and expires_at > 0 and expires_at <= p_now
        and key in (select key from plugin_values where plugin_id = each_id and expires_at > 0 and expires_at <= p_now limit p_limit)
      returning octet_length(key) + octet_length(value) as size
    ) select count(*), coalesce(sum(size), 0) into gone_keys, gone_bytes from gone;
    update plugin_value_usage set keys = keys - gone_keys, bytes = bytes - gone_bytes where plugin_id = each_id;
    total := total + gone_keys;
    exit when total >= p_limit;
  end loop;
  return total;
end $$;
