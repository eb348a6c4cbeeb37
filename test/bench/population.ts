import { createHash } from 'node:crypto'
import type { Channel } from '@mattermost/types/channels'
import type { Team } from '@mattermost/types/teams'
import pg from 'pg'
import { emptyPost } from '../harness/empty-post.ts'
import { signIn } from '../harness/mattermost-client.ts'
import type { ServerProcess } from '../harness/server-process.ts'

/** A company large enough for the benchmarks: people with sessions, one channel for all, one per author. */
export interface Population {
  readonly people: readonly { readonly id: string, readonly token: string }[]
  /** The first thousand people are its members. */
  readonly square: string
  /** Channel n has author n and the ten people after the authors as members. */
  readonly rooms: readonly string[]
  /** Members listen, nobody writes: 200 posts. */
  readonly archive: string
  /** The last post there. */
  readonly archived: string
}

export const squareSize = 1000
export const authorCount = 16
export const receiversPerRoom = 10

const idOf = (kind: string, number: number): string => `${kind}${String(number).padStart(26 - kind.length, '0')}`

/** Accounts are written to the tables at once: to hash 10,000 passwords is not what is measured. */
export async function populate(server: ServerProcess, connection: pg.ClientConfig, size: number): Promise<Population> {
  const admin = await signIn(server.url, 'admin')
  const team = await admin.client.createTeam({ name: 'bench', display_name: 'Bench', type: 'I' } as Team)
  const channel = async (name: string): Promise<string> =>
    (await admin.client.createChannel({ team_id: team.id, name, display_name: name, type: 'O' } as Channel)).id
  const square = await channel('square')
  const archive = await channel('archive')
  const rooms: string[] = []
  for (let number = 0; number < authorCount; number += 1) rooms.push(await channel(`room-${number}`))

  const people = Array.from({ length: size }, (_each, number) => ({ id: idOf('person', number), token: idOf('token', number) }))
  const membersOf = new Map<string, string[]>([[square, people.slice(0, squareSize).map(({ id }) => id)], [archive, people.slice(0, authorCount).map(({ id }) => id)]])
  rooms.forEach((room, number) => {
    const first = authorCount + number * receiversPerRoom
    membersOf.set(room, [people[number] as { id: string }, ...people.slice(first, first + receiversPerRoom)].map(({ id }) => id))
  })
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const ids = people.map(({ id }) => id)
    const now = Date.now()
    await client.query(`insert into users (id, create_at, update_at, username, email, email_verified)
      select id, $2, $2, id, id || '@example.com', true from unnest($1::text[]) id`, [ids, now])
    await client.query(`insert into team_members (team_id, user_id, create_at, update_at) select $1, id, $3, $3 from unnest($2::text[]) id`, [team.id, ids, now])
    await client.query(`insert into sessions (id, token_hash, user_id, create_at, expires_at, last_activity_at)
      select replace(id, 'person', 'sssion'), hash, id, $3, 0, $3 from unnest($1::text[], $2::bytea[]) as each(id, hash)`,
    [ids, people.map(({ token }) => createHash('sha256').update(token).digest()), now])
    for (const [id, members] of membersOf) {
      await client.query('insert into channel_members (channel_id, user_id, create_at, update_at) select $1, id, $3, $3 from unnest($2::text[]) id', [id, members, now])
      await client.query('update channels set member_count = member_count + $2 where id = $1', [id, members.length])
    }
    await client.query(`insert into posts select p.* from generate_series(1, 200) n, jsonb_populate_record(null::posts, $3::jsonb || jsonb_build_object(
      'id', 'archived' || lpad(n::text, 18, '0'), 'create_at', $2::bigint + n, 'update_at', $2::bigint + n,
      'user_id', 'person' || lpad((n % 16)::text, 20, '0'), 'channel_id', $1::text, 'message', repeat('What was said. ', 10))) p`, [archive, now, emptyPost])
    await client.query(`update channels set total_msg_count = 200, total_msg_count_root = 200, last_post_at = $2, last_root_post_at = $2, last_create_at = $2
      where id = $1`, [archive, now + 200])
    await client.query('create table bench_posts (like posts including all)')
    await client.query('analyze')
  } finally {
    await client.end()
  }
  return { people, square, rooms, archive, archived: `archived${'200'.padStart(18, '0')}` }
}
