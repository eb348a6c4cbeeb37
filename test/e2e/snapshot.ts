import type { Channel } from '@mattermost/types/channels'
import type { Post, PostList } from '@mattermost/types/posts'
import type { Team } from '@mattermost/types/teams'
import type { Person } from '../harness/mattermost-client.ts'

/** All posts of a channel, newest first, page by page. */
async function history(person: Person, channel: Channel): Promise<Post[]> {
  const posts: Post[] = []
  for (let page = 0; ; page += 1) {
    const list: PostList = await person.client.getPosts(channel.id, page, 200)
    posts.push(...list.order.map((id) => list.posts[id]!))
    if (list.order.length < 200) return posts
  }
}

/** What each person sees: history with reactions and files, memberships with their counts, unread totals, threads. */
export async function snapshot(people: readonly Person[], channels: readonly Channel[], team: Team): Promise<unknown> {
  return Promise.all(people.map(async ({ client, user, token, ...person }) => {
    const self = { client, user, token, ...person }
    const mine = await client.getMyChannels(team.id)
    const seen = channels.filter((channel) => mine.some(({ id }) => id === channel.id))
    return {
      user: user.username,
      channels: mine.toSorted((a, b) => a.id.localeCompare(b.id)),
      members: (await client.getMyChannelMembers(team.id)).toSorted((a, b) => a.channel_id.localeCompare(b.channel_id)),
      unread: await client.getMyTeamUnreads(true),
      histories: await Promise.all(seen.map((channel) => history(self, channel))),
      threads: await client.getUserThreads(user.id, team.id, { perPage: 200, extended: true }),
    }
  }))
}
