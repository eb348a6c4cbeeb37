-- The event log. Readers take what is older than every running transaction, in the order (xid, id):
-- ids are taken before commit, so the order of ids alone would skip a slow transaction.
create table events (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  at bigint not null,
  name text not null,
  actor_id text not null default '',
  payload json not null,
  audience json not null
) partition by range (at);
create index ix_events_xid_id on events (xid, id);
-- Takes what no daily partition covers, such as after a jump of the clock.
create table events_other partition of events default;

-- Makes the partition of the day that begins at start_at (UTC); what waits of that day in events_other moves there.
-- Only the parent's other partition is locked: events of other days are written meanwhile.
create function make_events_day(start_at bigint) returns boolean language plpgsql as $$
declare
  day_name text := 'events_' || to_char(to_timestamp(start_at / 1000.0) at time zone 'UTC', 'YYYYMMDD');
  end_at bigint := start_at + 86400000;
begin
  if to_regclass(day_name) is not null then
    return false;
  end if;
  set local lock_timeout = '1s';
  lock table events_other in access exclusive mode;
  execute format('create table %I (like events including defaults including constraints)', day_name);
  execute format('with moved as (delete from events_other where at >= $1 and at < $2 returning *)
    insert into %I (id, xid, at, name, actor_id, payload, audience)
    select id, xid, at, name, actor_id, payload, audience from moved', day_name) using start_at, end_at;
  execute format('alter table events attach partition %I for values from (%s) to (%s)', day_name, start_at, end_at);
  return true;
end
$$;

-- Drops the days that ended at or before a moment, and what is that old in events_other; answers how many days went.
create function drop_events_before(bound bigint) returns integer language plpgsql as $$
declare
  day_name text;
  dropped integer := 0;
begin
  set local lock_timeout = '1s';
  delete from events_other where at < bound;
  for day_name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass and c.relname ~ '^events_\d{8}$'
      and extract(epoch from (to_date(substr(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC') * 1000 <= bound
    order by c.relname
  loop
    execute format('drop table %I', day_name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;
