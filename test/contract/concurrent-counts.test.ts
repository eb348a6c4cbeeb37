import { deepEqual } from 'node:assert/strict'
import type { Post } from '@mattermost/types/posts'
import { signIn, type Person } from '../harness/mattermost-client.ts'
import { createWorld, type World } from '../harness/world.ts'

/** Repeats itself, whatever the machine does between. */
function createDice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(state / 65_536) % sides
  }
}

/** Each statement lists rows whose kept count is not what the rows say. */
const disagreements = {
  replies: `select t.post_id from threads t where t.reply_count <> (select count(*) from posts p where p.root_id = t.post_id and p.delete_at = 0)`,
  'last replies': `select t.post_id from threads t where t.last_reply_at <> (select coalesce(max(create_at), 0) from posts p where p.root_id = t.post_id and p.delete_at = 0)`,
  participants: `select t.post_id from threads t where (select coalesce(array_agg(u order by u), '{}') from unnest(t.participants) u)
    <> array(select distinct p.user_id from posts p where p.root_id = t.post_id and p.delete_at = 0 order by 1)`,
  'seen replies': `select tm.post_id from thread_members tm where tm.seen_replies
    <> (select count(*) from posts p where p.root_id = tm.post_id and p.delete_at = 0 and p.create_at <= tm.last_viewed_at)`,
  'thread mentions': `select tm.post_id from thread_members tm where tm.unread_mentions <> (select count(*) from post_mentions pm join posts p on p.id = pm.post_id
    where p.root_id = tm.post_id and pm.user_id = tm.user_id and p.delete_at = 0 and p.create_at > tm.last_viewed_at)`,
  reactions: `select p.id from posts p where p.has_reactions <> exists (select 1 from reactions r where r.post_id = p.id)`,
  // Coming and going is told but does not count.
  messages: `select c.id from channels c where c.total_msg_count <> (select count(*) from posts p where p.channel_id = c.id and p.type = '')
    or c.total_msg_count_root <> (select count(*) from posts p where p.channel_id = c.id and p.root_id = '' and p.type = '')`,
  moments: `select channel_id from posts group by channel_id, create_at having count(*) > 1`,
}

describe('counts under concurrency', () => {
  let world: World
  before(async () => { world = await createWorld() })
  after(() => world.close())

  it('equal what the rows say after six people replied, reacted, deleted, followed and read at once', async function () {
    this.timeout(60_000)
    const { admin, ada, bob, channel, team, server } = world
    const people: Person[] = [admin, ada, bob]
    for (const name of ['cleo', 'dora', 'eve']) {
      const person = await signIn(server.url, name, { inviteId: team.invite_id })
      await ada.client.addToChannel(person.user.id, channel.id)
      people.push(person)
    }
    const roots = await Promise.all([0, 1].map((count) => ada.client.createPost({ channel_id: channel.id, message: `root ${count}` } as Post)))
    const act = async (person: Person, seed: number): Promise<void> => {
      const roll = createDice(seed)
      const { client, user } = person
      const written: Post[] = []
      for (let step = 0; step < 40; step += 1) {
        const root = roots[roll(roots.length)] as Post
        const target = written[roll(written.length)]
        const named = people[roll(people.length)]?.user.username
        const choice = roll(9)
        if (choice <= 2) written.push(await client.createPost({ channel_id: channel.id, root_id: root.id, message: `reply for @${named}` } as Post))
        else if (choice === 3 && target) await client.deletePost(written.splice(written.indexOf(target), 1)[0]?.id as string)
        else if (choice === 4) await client.addReaction(user.id, root.id, ['smile', 'wave'][roll(2)] as string)
        else if (choice === 5) await client.removeReaction(user.id, root.id, ['smile', 'wave'][roll(2)] as string)
        else if (choice === 6) await client.updateThreadFollowForUser(user.id, team.id, root.id, roll(2) === 0)
        else if (choice === 7) await client.updateThreadReadForUser(user.id, team.id, root.id, Date.now() - roll(50))
        else if (choice === 8 && target) await client.markThreadAsUnreadForUser(user.id, team.id, target.root_id, target.id)
        else await client.updateThreadsReadForUser(user.id, team.id)
      }
    }
    await Promise.all(people.map((person, place) => act(person, place + 1)))
    for (const [name, text] of Object.entries(disagreements)) {
      deepEqual(await server.kernel.db.hot({ name: `test_${name.replace(' ', '_')}`, text, values: [] }), [], name)
    }
    // And with the last reply gone nothing is left to read.
    const [root] = roots
    await ada.client.deletePost((root as Post).id)
    deepEqual((await bob.client.getUserThreads(bob.user.id, team.id, {})).threads.map((thread) => thread.id).includes((root as Post).id), false)
    deepEqual(server.complaints, [])
  })
})
