import type { Channel } from '@mattermost/types/channels'
import type { Team } from '@mattermost/types/teams'
import { sql } from '../../kernel/src/storage/index.ts'
import { signIn, type Person } from './mattermost-client.ts'
import { createTestServer, type TestServer } from './test-server.ts'

/** A server with a small company on it: an admin, two members, one stranger to the team, a team and a channel. */
export interface World {
  readonly server: TestServer
  readonly admin: Person
  readonly ada: Person
  readonly bob: Person
  /** Has an account but belongs to no team. */
  readonly stranger: Person
  readonly team: Team
  /** Public; admin, ada and bob are members, made by ada. */
  readonly channel: Channel
  close(): Promise<void>
}

export async function createWorld(options: Parameters<typeof createTestServer>[0] = {}): Promise<World> {
  const server = await createTestServer(options)
  const admin = await signIn(server.url, 'admin')
  const team = await admin.client.createTeam({ name: 'engines', display_name: 'Engines', type: 'I' } as Team)
  const ada = await signIn(server.url, 'ada', { inviteId: team.invite_id })
  const bob = await signIn(server.url, 'bob', { inviteId: team.invite_id })
  const stranger = await signIn(server.url, 'stranger')
  const channel = await ada.client.createChannel({ team_id: team.id, name: 'looms', display_name: 'Looms', type: 'O' } as Channel)
  await ada.client.addToChannel(admin.user.id, channel.id)
  await ada.client.addToChannel(bob.user.id, channel.id)
  // What was said of their coming is told elsewhere; here every channel begins empty, with nothing unread.
  await server.kernel.db.query(sql`delete from posts`)
  await server.kernel.db.query(sql`update channel_members set mention_count = 0, mention_count_root = 0, last_viewed_at = 0`)
  // A socket that is opened next hears nothing of what was before.
  await server.kernel.tail.settled()
  return { server, admin, ada, bob, stranger, team, channel, close: () => server.close() }
}
