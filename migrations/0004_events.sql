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
