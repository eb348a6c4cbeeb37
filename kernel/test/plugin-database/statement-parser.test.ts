import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { loadModule } from 'libpg-query'
import { readStatements } from '../../src/plugin-database/read-statements.ts'
import { createStatementParser, type StatementParser } from '../../src/plugin-database/statement-parser.ts'

const schema = 'plugin_polls'

describe('Statements of plugins', () => {
  let parser: StatementParser
  before(async () => {
    parser = createStatementParser()
    await loadModule()
  })
  after(() => parser.stop())

  const judge = (text: string, isMigration = false): Promise<string> => parser.judge(text, { schema, isMigration }).catch(({ code, details }: { code: string, details: { reason: string } }) => `${code}: ${details.reason}`)
  /** As the thread does it, without the thread. */
  const read = (text: string, isMigration: boolean): string => {
    const judgement = readStatements(text, { schema, isMigration })
    return 'reason' in judgement ? `statement_refused: ${judgement.reason}` : judgement.effect
  }
  const refusals = (texts: readonly string[], isMigration = false): string[] => {
    const judged = texts.map((text) => [text, read(text, isMigration)] as const)
    return judged.filter(([, told]) => !told.startsWith('statement_refused')).map(([text]) => text)
  }
  const takings = (texts: readonly string[], isMigration = false): string[] => {
    const judged = texts.map((text) => [text, read(text, isMigration)] as const)
    return judged.filter(([, told]) => told.startsWith('statement_refused')).map(([text, told]) => `${text}: ${told}`)
  }

  it('work with tables: read, add, change, remove', async () => {
    deepEqual(await Promise.all([
      judge('select 1'), judge('insert into votes (choice) values ($1)'), judge('update votes set choice = $1'), judge('delete from votes'), judge('truncate votes'), judge('with gone as (delete from votes returning *) select count(*) from gone'),
      judge('with more as (insert into votes select * from old returning 1) delete from old'), judge('merge into votes using old on true when matched then delete'),
    ]), ['read', 'grow', 'grow', 'shrink', 'shrink', 'shrink', 'grow', 'grow'])
    deepEqual(takings([
      `with recursive tree as (select id, parent from nodes where id = $1 union all select n.id, n.parent from nodes n join tree t on n.parent = t.id) select * from tree`,
      `select extract(year from at), substring(name from 1 for 2), trim(both ' ' from name), position('a' in name), overlay(name placing 'x' from 1), at at time zone 'utc', (a, b) overlaps (c, d) from events`,
      `select count(*) filter (where a), sum(b) over (partition by c order by d rows between 1 preceding and current row), array_agg(e order by f), percentile_cont(0.5) within group (order by g) from t group by rollup (h) having count(*) > 1`,
      `select coalesce(a, b), greatest(1, 2), nullif(a, b), case when a then b else c end, a is distinct from b, a between 1 and 2, a in (1, 2), b like 'x%', b similar to 'x', current_timestamp, interval '1 day', (array[1, 2])[1], row(1, 2), (t).a from t`,
      `select * from ${schema}.votes v join lateral (select 1 as one) l on true left join other using (id), generate_series(1, 10) g where exists (select 1 from other) and v.id = any ($1) order by 1 desc nulls last limit 5 offset 2 for update skip locked`,
      `insert into votes (a) values (default), ($1::jsonb) on conflict (a) do update set a = excluded.a where votes.a <> excluded.a returning id`,
      `select * from jsonb_to_recordset($1) as r(a int, b text), unnest($2::text[]) with ordinality as u(x, n)`, `select 'happy'::mood, cast($1 as ${schema}.mood), 'x' collate "C"`, `select $1::text || '; drop table votes' -- no harm`,
      `select "Weird Table"."päge" from "Weird Table"`, `select a->'b'->>'c', a @> '{}', a #> '{x}', b ~* 'y', c <-> d from t`, `select to_tsvector('simple', a) @@ websearch_to_tsquery('simple', $1) from t`,
    ]), [])
  })

  it('see nothing but what is the plugin\'s own', () => {
    deepEqual(refusals([
      'select * from public.users', 'select * from pg_class', 'select * from pg_catalog.pg_class', 'select * from information_schema.tables', 'select * from plugin_other.votes', 'select * from PG_ROLES', 'select * from "pg_shadow"', 'select * from db.public.users',
      'select (select count(*) from pg_authid)', 'with x as (select * from pg_stat_activity) select * from x', 'insert into public.users values (1)', 'delete from votes using public.users u', 'update votes set a = u.a from public.users u', 'select * from votes where id in (select id from public.posts)',
      'select * from rookery_outbox', 'delete from rookery_migrations', 'truncate votes, public.users', 'merge into votes using public.users on true when matched then delete', 'insert into votes select * from public.users', 'select * from votes order by (select 1 from public.users)', 'table pg_class', 'values ((select 1 from public.users))',
      `select 'users'::regclass`, `select 'pg_read_file'::regproc`, `select cast('x' as pg_catalog.regrole)`, `select $1::public.secret`, `select 'x'::pg_snapshot`, 'select 1 operator(public.+) 2', 'select * from t order by 1 using operator(public.<)',
    ]), [])
  })

  it('call functions that compute, and no others', () => {
    deepEqual(refusals([
      'select pg_sleep(1)', 'select pg_catalog.pg_sleep(1)', `select set_config('role', 'postgres', false)`, `select current_setting('data_directory')`, `select pg_read_file('/etc/passwd')`, `select query_to_xml('select * from users', true, true, '')`, `select lo_create(0)`, `select lo_import('/etc/passwd')`,
      'select pg_advisory_lock(1)', 'select pg_terminate_backend(1)', `select pg_notify('a', 'b')`, `select dblink('x', 'y')`, 'select public.append_posts()', 'select * from pg_ls_dir($1)', 'select * from rows from (pg_ls_dir($1))', `select repeat('x', 1000000000)`, `select ts_stat('select 1')`,
      `select "pg_sleep"(1)`, `insert into t values (pg_sleep(1))`, 'select 1 from t order by pg_sleep(1)', 'select count(*) filter (where pg_sleep(1) is null) from t', 'select 1 from t limit pg_backend_pid()', 'select xmlparse(document $1)', 'select pg_logical_emit_message(true, $1, $2)', `select nextval('a'), txid_current()`, `select database_to_xml(true, true, '')`,
    ]), [])
  })

  it('are one, and of no other kind', () => {
    deepEqual(refusals([
      '', ';', '-- nothing', 'select 1; drop table votes', 'drop table votes', 'create table x (a int)', 'alter table votes add a int', 'set role postgres', 'reset all', 'show all', 'begin', 'commit', 'lock table votes', 'copy votes to stdout', `copy votes from program 'id'`, `do $$ begin end $$`,
      'listen x', 'notify x', 'explain select 1', 'prepare x as select 1', 'execute x', 'call x()', 'vacuum', 'analyze', 'grant select on votes to public', 'create role x', 'create extension dblink', 'select * into x from votes', 'declare c cursor for select 1', 'fetch all from c', 'discard all', 'cluster', 'reindex table votes', 'security label on table votes is null',
      'create function f() returns int language sql as $$ select 1 $$', 'select 1 from t where current of c', 'refresh materialized view v', 'comment on table votes is null', 'checkpoint', 'load $$x$$', 'create temp table x (a int)', 'not sql at all', "select 'open", 'select 1 /* open',
    ]), [])
  })

  it('make tables where they are migrations, and nothing that runs or lies elsewhere', () => {
    deepEqual(takings([
      `create type mood as enum ('happy'); create table votes (id bigint generated always as identity primary key, choice text not null default 'x' check (choice <> ''), m mood, u bigint references polls (id) on delete cascade deferrable, at timestamptz default now(), s tsvector generated always as (to_tsvector('simple', choice)) stored, unique (choice, u)) with (fillfactor = 70)`,
      'create index on votes (lower(choice)) where m is not null; create unique index v on votes using btree (u desc) include (choice)', `alter table votes add column x int default 1, drop column y, alter column z type bigint using z::bigint, alter column w set not null, add constraint c check (x > 0) not valid, validate constraint c, rename to polls2`.replace(', rename to polls2', ''),
      'alter table votes rename to ballots; alter table ballots rename column a to b; alter index v rename to w', `alter type mood add value 'sad'; drop table if exists a, b cascade; drop type mood; drop index v; drop view w; create view w as select * from votes`, `create sequence s start 5; alter sequence s owned by votes.id`,
      `insert into votes (choice) values ('seed'); update votes set choice = lower(choice); comment on table votes is 'x'`, 'create table parts (a int) partition by range (a); create table parts1 partition of parts for values from (1) to (2)', 'create table copy (like votes including all)',
    ], true), [])
    deepEqual(refusals([
      'create table public.x (a int)', 'create temp table x (a int)', 'create table x (a int) tablespace fast', 'create table pg_x (a int)', 'create table rookery_outbox (a int)', 'alter table votes rename to rookery_migrations', 'alter table votes owner to postgres', 'alter table votes set schema public', 'alter table votes set tablespace fast',
      'alter schema plugin_polls rename to public', 'drop schema plugin_polls', 'drop schema public cascade', 'drop table public.users', 'drop table rookery_outbox', 'drop role x', 'drop function f', 'create schema x', 'create table x (a int default pg_sleep(1))', 'create table x (a text default set_config($$a$$, $$b$$, false))',
      'create index on votes (pg_sleep(a))', 'create index concurrently on votes (a)', 'create view v as select * from pg_roles', 'create materialized view v as select 1', 'create table x as select 1', 'create function f() returns int language plpgsql as $$ begin end $$', 'create trigger t after insert on votes execute function f()',
      'create rule r as on insert to votes do nothing', 'create policy p on votes', 'create extension pg_trgm', 'create domain d as text', 'create type c as (a int)', 'begin; drop table votes', 'commit', 'set search_path = public', 'grant all on votes to public', 'create event trigger e on ddl_command_start execute function f()', 'alter role plugin_polls superuser',
      'create foreign table x (a int) server s', 'create publication p', 'alter system set work_mem = 1', 'create cast (int as text) without function', 'alter type public.mood add value $$x$$', 'create type public.mood as enum ()', 'comment on database rookery is $$x$$', 'comment on schema public is $$x$$', 'create table x (a regclass)', 'create table x (a int) inherits (public.users)', 'create table x (like public.users)', 'create table x (a int references public.users (id))',
    ], true), [])
  })

  it('that break the parser are refused, and those of others are read as before', async () => {
    const deep = `select ${'('.repeat(9000)}1${')'.repeat(9000)}`
    const long = `select ${'1+'.repeat(9000)}1`
    const told = await Promise.all([judge('select 1'), judge(deep), judge(long), judge('select 2'), judge(`select ${'array['.repeat(3000)}1${']'.repeat(3000)}`), judge('select 3'), judge(`select ${'case when true then '.repeat(900)}1${' end'.repeat(900)}`)])
    deepEqual([told[0], told[3], told[5]], ['read', 'read', 'read'])
    for (const each of [told[1], told[2]]) match(String(each), /^(?:read|statement_refused: )/)
    equal(await judge('select 4'), 'read')
    await rejects(parser.judge('selec 1', { schema, isMigration: false }), { code: 'statement_refused', message: 'A plugin may not run this statement: syntax error at or near "selec".' })
  })
})
