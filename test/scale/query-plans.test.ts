import { deepEqual, ok } from 'node:assert/strict'
import pg from 'pg'
import { emptyPost } from '../harness/empty-post.ts'
import { ask } from '../harness/ask.ts'
import { createTestServer, type TestServer } from '../harness/test-server.ts'

const teams = 10
const peopleOfTeam = 1000
const channelsOfTeam = 100

/** Ids that tell in a failure what they are: p0007 of team 3 is person003007. */
const id = (kind: string, text: string): string => `${kind} || lpad(${text}, ${26 - kind.length + 2}, '0')`
const idOf = (kind: string, number: number): string => kind + String(number).padStart(26 - kind.length, '0')

/** 10,000 people in ten teams with 1,000 channels, 100,000 posts and what hangs on them. */
const population = `
  insert into users (id, create_at, update_at, username, email, nickname, first_name)
    select ${id("'person'", 'n::text')}, n, n, 'person-' || n, 'person-' || n || '@example.com', 'Nick ' || n, 'First' || n from generate_series(0, ${teams * peopleOfTeam - 1}) n;
  insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at)
    select ${id("'session'", 'n::text')}, sha256(convert_to('token-' || n, 'UTF8')), ${id("'person'", 'n::text')}, 1, 0, $now from generate_series(0, ${teams * peopleOfTeam - 1}) n;
  insert into statuses (user_id) select id from users;
  insert into mention_keywords (keyword, user_id) select '@' || username, id from users;
  insert into preferences (user_id, category, name, value)
    select u.id, 'display_settings', 'name_' || n, 'x' from users u, generate_series(1, 10) n;
  insert into teams (id, create_at, update_at, display_name, name, invite_id)
    select ${id("'team'", 'n::text')}, 1, 1, 'Team ' || n, 'team-' || n, ${id("'invite'", 'n::text')} from generate_series(0, ${teams - 1}) n;
  insert into team_members (team_id, user_id, create_at, update_at)
    select ${id("'team'", `(n / ${peopleOfTeam})::text`)}, ${id("'person'", 'n::text')}, 1, 1 from generate_series(0, ${teams * peopleOfTeam - 1}) n;
  insert into channels (id, create_at, update_at, team_id, type, display_name, name, last_create_at, last_post_at, last_root_post_at, total_msg_count, total_msg_count_root)
    select ${id("'channel'", 'n::text')}, 1, 1, ${id("'team'", `(n / ${channelsOfTeam})::text`)}, 'O', 'Channel ' || n, case when n % ${channelsOfTeam} = 0 then 'town-square' else 'channel-' || n end,
      100, 100, 100, 100, 50 from generate_series(0, ${teams * channelsOfTeam - 1}) n;
  -- Everybody in the first channel of the team and in twenty others.
  insert into channel_members (channel_id, user_id, create_at, update_at, msg_count)
    select distinct ${id("'channel'", `(n / ${peopleOfTeam} * ${channelsOfTeam} + case when k = 0 then 0 else (n * 7 + k * 3) % ${channelsOfTeam} end)::text`)}, ${id("'person'", 'n::text')}, 1, 1, 90
    from generate_series(0, ${teams * peopleOfTeam - 1}) n, generate_series(0, 20) k;
  insert into channels (id, create_at, update_at, team_id, type, display_name, name) values ('${idOf('room', 3)}', 1, 1, '${idOf('team', 3)}', 'P', 'Room', 'room');
  insert into channel_members (channel_id, user_id, create_at, update_at) select '${idOf('room', 3)}', ${id("'person'", 'n::text')}, 1, 1 from generate_series(3000, 3019) n;
  update channels c set member_count = (select count(*) from channel_members cm where cm.channel_id = c.id);
  -- Of each channel's hundred posts every other one answers the one before it.
  insert into posts select p.* from generate_series(0, ${teams * channelsOfTeam - 1}) c, generate_series(0, 99) n, jsonb_populate_record(null::posts, '${emptyPost}'::jsonb || jsonb_build_object(
    'id', ${id("'post'", '(c * 100 + n)::text')}, 'create_at', n + 1, 'update_at', n + 1, 'user_id', ${id("'person'", `(c / ${channelsOfTeam} * ${peopleOfTeam} + n)::text`)},
    'channel_id', ${id("'channel'", 'c::text')}, 'root_id', case when n % 2 = 1 then ${id("'post'", '(c * 100 + n - 1)::text')} else '' end, 'message', 'What was said here')) p;
  insert into threads (post_id, channel_id, team_id, reply_count, last_reply_at, participants)
    select p.root_id, p.channel_id, c.team_id, 1, p.create_at, array[p.user_id] from posts p join channels c on c.id = p.channel_id where p.root_id <> '';
  insert into thread_members (post_id, user_id) select p.root_id, p.user_id from posts p where p.root_id <> '';
  insert into thread_members (post_id, user_id) select p.id, p.user_id from posts p where p.root_id = '' on conflict do nothing;
  insert into post_mentions (post_id, user_id, channel_id, create_at, is_root)
    select p.id, cm.user_id, p.channel_id, p.create_at, p.root_id = '' from posts p join lateral (
      select user_id from channel_members where channel_id = p.channel_id limit 1) cm on true where p.create_at % 4 = 0;
  insert into reactions (post_id, user_id, emoji_name, channel_id, create_at) select id, user_id, 'tada', channel_id, create_at from posts where create_at % 3 = 0;
  insert into files (id, user_id, channel_id, post_id, create_at, update_at, name, size_bytes, mime_type, sha256, storage_key)
    select replace(p.id, 'post', 'file'), p.user_id, p.channel_id, p.id, 1, 1, 'a.txt', 1, 'text/plain', '', p.id from posts p where p.create_at % 5 = 0;
  insert into drafts (user_id, channel_id, create_at, update_at, message) select user_id, channel_id, 1, 1, 'x' from channel_members where create_at = 1 and user_id like '%7';
  insert into sidebar_categories (id, user_id, team_id, type, sort_order)
    select t.type || '_' || tm.user_id || '_' || tm.team_id, tm.user_id, tm.team_id, t.type, 0 from team_members tm, (values ('favorites'), ('channels'), ('direct_messages')) t(type);
  insert into sidebar_channels (user_id, team_id, channel_id, category_id, sort_order)
    select cm.user_id, c.team_id, c.id, 'channels_' || cm.user_id || '_' || c.team_id, 0 from channel_members cm join channels c on c.id = cm.channel_id where cm.user_id like '%3';
  insert into custom_emoji (id, name, creator_id, create_at, update_at, mime_type, storage_key)
    select ${id("'emoji'", 'n::text')}, 'emoji-' || n, ${id("'person'", 'n::text')}, 1, 1, 'image/png', '' from generate_series(1, 3000) n;
  insert into events (at, name, payload, audience) select $now, 'nothing', '{}', '{"userId":"nobody"}' from generate_series(1, 20000) n;
`

describe('with 10,000 people in 1,000 channels', function () {
  this.timeout(300_000)
  let server: TestServer
  let client: pg.Client
  before(async () => {
    server = await createTestServer()
    client = new pg.Client(server.kernel.db.connection as pg.ClientConfig)
    await client.connect()
    await client.query(population.replaceAll('$now', String(Date.now())))
    await client.query('vacuum analyze')
  })
  after(async () => {
    await client.end()
    await server.close()
  })

  /** Rows that were read in whole tables, by table. Connections hand their counts in when they end, and some before: all of them are gone when it is looked at. */
  const scanned = async (): Promise<Map<string, number>> => {
    const found = new Map<string, number>()
    const others = 'select pg_stat_clear_snapshot(), pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
    await server.restart(async () => {
      while ((await client.query(others)).rows.length > 0);
      const { rows } = await client.query<{ name: string, read: string }>('select relname as name, seq_tup_read as read from pg_stat_user_tables')
      for (const { name, read } of rows) found.set(name, Number(read))
    })
    return found
  }
  /** What these requests read in whole tables, beyond what a start of the server reads. A table of a thousand rows may be read as a whole. */
  const scans = async (requests: () => Promise<void>): Promise<Record<string, number>> => {
    await scanned()
    const idle = await scanned()
    const idleAgain = await scanned()
    await requests()
    const after = await scanned()
    const { rows } = await client.query<{ name: string }>('select relname as name from pg_class where reltuples > 2500')
    return Object.fromEntries(rows.map(({ name }) => {
      const ofAStart = (idleAgain.get(name) ?? 0) - (idle.get(name) ?? 0)
      return [name, (after.get(name) ?? 0) - (idleAgain.get(name) ?? 0) - ofAStart] as const
    }).filter(([, read]) => read > 0))
  }

  const me = idOf('person', 3007)
  const friend = idOf('person', 3014)
  const team = idOf('team', 3)
  const square = idOf('channel', 300)
  /** Twenty members; of all members of the square a tenth of all accounts is read, and may be read as a whole. */
  const room = idOf('room', 3)
  const post = idOf('post', 30_000)
  const token = 'token-3007'
  const asks = (requests: readonly (readonly [string, string, unknown?])[]) => async (): Promise<void> => {
    for (const [method, path, body] of requests) {
      const { status, body: told } = await ask(server.url, token, method, path, body)
      ok(status < 300, `${method} ${path} ${status} ${JSON.stringify(told).slice(0, 300)}`)
    }
  }

  const groups: Record<string, readonly (readonly [string, string, unknown?])[]> = {
    'a client that starts': [
      ['GET', '/users/me'], ['GET', '/users/me/preferences'], ['GET', '/users/me/teams'], ['GET', '/users/me/teams/members'], ['GET', '/users/me/teams/unread?include_collapsed_threads=true'],
      ['GET', `/users/me/teams/${team}/channels`], ['GET', `/users/me/teams/${team}/channels/members`], ['GET', '/users/me/channels'], ['GET', '/users/me/channel_members?page=0&per_page=200'],
      ['GET', `/users/me/teams/${team}/channels/categories`], ['POST', '/users/status/ids', [me, friend]], ['POST', '/users/ids', [me, friend]], ['POST', '/users/usernames', ['person-3007', 'person-3014']],
      ['GET', `/users/me/teams/${team}/drafts`], ['GET', '/users/me/sessions'], ['GET', `/teams/${team}/members?page=0&per_page=60`],
    ],
    'a client that reads': [
      ['GET', `/channels/${square}`], ['GET', `/teams/${team}/channels/name/town-square`], ['GET', `/channels/${square}/posts?per_page=60`], ['GET', `/channels/${square}/posts?before=${post}&per_page=30`],
      ['GET', `/users/me/channels/${square}/posts/unread?limit_after=30&limit_before=30`], ['GET', `/channels/${square}/posts?since=50`], ['GET', `/channels/${square}/pinned`], ['GET', `/posts/${post}/thread`],
      ['GET', `/posts/${post}`], ['GET', `/posts/${post}/reactions`], ['GET', `/posts/${post}/files/info`], ['GET', `/users/${me}/teams/${team}/threads?per_page=25&extended=true`], ['GET', `/users/${me}/posts/flagged`],
      ['GET', `/channels/${square}/stats`], ['POST', '/channels/stats/member_count', [square, room]], ['GET', `/channels/${square}/members?page=0&per_page=60`], ['GET', `/channels/${square}/members/me`], ['GET', `/users?in_channel=${room}&page=0&per_page=60`],
      ['POST', '/channels/members/me/view', { channel_id: square }], ['POST', '/posts/ids', [post]], ['GET', `/channels/${room}/timezones`],
    ],
    'a client that looks for somebody or something': [
      ['GET', `/users/autocomplete?in_team=${team}&in_channel=${square}&name=person-30`], ['POST', '/users/search', { term: 'person-301', team_id: team }], ['GET', `/teams/${team}/channels/autocomplete?name=chan`],
      ['POST', `/teams/${team}/channels/search`, { term: 'channel-3' }], ['GET', `/teams/${team}/channels?page=0&per_page=50`], ['POST', '/teams/search', { term: 'team' }], ['GET', '/users/username/person-3014'],
      ['GET', `/users/${friend}`], ['GET', '/emoji/name/emoji-77'], ['POST', '/emoji/names', ['emoji-77', 'emoji-78']], ['GET', '/users/email/person-3014@example.com'],
    ],
    'a client that writes': [
      ['POST', '/posts', { channel_id: square, message: 'Hello @person-3014', pending_post_id: 'a' }], ['POST', '/posts', { channel_id: square, root_id: post, message: 'Yes @person-3014' }],
      ['POST', '/reactions', { user_id: me, post_id: post, emoji_name: 'smile' }], ['POST', '/drafts', { user_id: me, channel_id: square, message: 'I think' }], ['POST', `/users/${me}/posts/${post}/set_unread`, {}],
      ['PUT', `/users/${me}/teams/${team}/threads/${post}/following`], ['PUT', `/users/${me}/teams/${team}/threads/read`], ['PUT', `/users/${me}/preferences`, [{ user_id: me, category: 'a', name: 'b', value: 'c' }]],
      ['POST', '/channels/direct', [me, friend]], ['POST', '/channels', { team_id: team, name: 'new', display_name: 'New', type: 'O' }], ['PUT', '/users/me/patch', { nickname: 'Nick' }],
      ['PUT', '/users/me/status', { user_id: me, status: 'away' }], ['POST', `/channels/${square}/members`, { user_id: me }], ['POST', '/users/logout'],
    ],
  }

  for (const [who, requests] of Object.entries(groups)) {
    it(`no whole table is read for ${who}`, async () => { deepEqual(await scans(asks(requests)), {}) })
  }
})
