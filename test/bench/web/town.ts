import type { Channel } from '@mattermost/types/channels'
import type { Team } from '@mattermost/types/teams'
import pg from 'pg'
import { emptyPost } from '../../harness/empty-post.ts'
import { password, signIn, type Person } from '../../harness/mattermost-client.ts'
import type { TestBrowser, TestWindow } from '../../harness/browser.ts'
import type { Bench } from '../bench.ts'

/** What somebody has in their sidebar who works with it all day. */
export interface Town {
  readonly team: string
  /** As they stand below each other in the sidebar. */
  readonly channels: readonly Channel[]
  /** The one with a long past, where there is one. */
  readonly history: Channel | undefined
  readonly authors: readonly Person[]
  openWindow(browser: TestBrowser, address: string): Promise<TestWindow>
}

export interface TownSize { readonly channelCount: number, readonly historySize: number }

const postsPerChannel = 200

/** From one line to a table: rows are of different heights, as they are in life. */
const texts = [
  'Good morning', 'The loom has four hundred hooks, and one of them sticks again. I have oiled it twice this week, and each time it was well for an hour.',
  'See `threads.count` in the **log** of yesterday: https://example.com/log?day=yesterday', '1. Take it apart\n2. Clean it\n3. Hope', '> It sticks again\n\nWhich one? :thinking:',
  '```ts\nconst hooks = loom.hooks.filter((hook) => hook.sticks)\nfor (const hook of hooks) hook.oil()\n```', '| Hook | Sticks |\n|---|---|\n| 12 | yes |\n| 13 | no |', 'Done ✅',
]

export async function buildTown({ server, connection }: Bench, { channelCount, historySize }: TownSize): Promise<Town> {
  const admin = await signIn(server.url, 'admin', { isNew: false })
  const name = `town-${Date.now().toString(36)}`
  const team = await admin.client.createTeam({ name, display_name: 'Town', type: 'I' } as Team)
  const reader = await signIn(server.url, `${name}-reader`, { inviteId: team.invite_id })
  const authors = [admin, await signIn(server.url, `${name}-one`, { inviteId: team.invite_id }), await signIn(server.url, `${name}-two`, { inviteId: team.invite_id })]
  const build = async (displayName: string, posts: number): Promise<Channel> => {
    const channel = await admin.client.createChannel({ team_id: team.id, name: displayName.toLowerCase(), display_name: displayName, type: 'O' } as Channel)
    for (const { user } of [reader, ...authors.slice(1)]) await admin.client.addToChannel(user.id, channel.id)
    const client = new pg.Client(connection)
    await client.connect()
    try {
      const now = Date.now()
      // One in five minutes, back from now.
      await client.query(`insert into posts select p.* from generate_series(1, $3::int) n, jsonb_populate_record(null::posts, $4::jsonb || jsonb_build_object(
        'id', substr(md5($1::text || n), 1, 26), 'create_at', $2::bigint - ($3 - n) * 300000::bigint, 'update_at', $2::bigint - ($3 - n) * 300000::bigint,
        'user_id', ($5::text[])[1 + (n / 3) % 3], 'channel_id', $1::text, 'message', ($6::text[])[1 + n % 8] || ' ' || n)) p`,
      [channel.id, now, posts, emptyPost, authors.map(({ user }) => user.id), texts])
      await client.query('update channels set total_msg_count = $2, total_msg_count_root = $2, last_post_at = $3, last_root_post_at = $3, last_create_at = $3 where id = $1', [channel.id, posts, now])
    } finally {
      await client.end()
    }
    await reader.client.viewMyChannel(channel.id)
    return channel
  }
  const channels: Channel[] = []
  for (let number = 0; number < channelCount; number += 1) channels.push(await build(`Channel-${String(number).padStart(3, '0')}`, postsPerChannel))
  return {
    team: name, channels, authors, history: historySize > 0 ? await build('History', historySize) : undefined,
    async openWindow(browser, address) {
      const window = await browser.openWindow()
      const answer = await window.context.request.post(`${server.url}/api/v1/sessions.create`, { data: { login: reader.user.username, password }, headers: { 'x-requested-with': 'rookery', 'session-keeping': 'cookie' } })
      if (!answer.ok()) throw new Error(`The reader could not sign in: ${await answer.text()}`)
      await window.page.goto(`${server.url}/${name}${address}`)
      await window.page.getByRole('log').locator('[data-post]').first().waitFor()
      return window
    },
  }
}
