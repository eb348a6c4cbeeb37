import { postCreated, type PayloadOf, type RookeryEvent } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import { createEventReader, type EventReader, type Tail } from '../events/index.ts'
import type { Languages } from '../languages/index.ts'
import { sql, textArray, type Database, type Transaction } from '../storage/index.ts'
import type { Log } from '../telemetry/index.ts'
import type { Letter } from './letter.ts'
import type { Mails } from './mails.ts'

interface Parts {
  readonly db: Database
  readonly tail: Tail
  readonly mails: Mails
  readonly languages: Languages
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  /** Until somebody is mailed, who did not choose it. */
  readonly times?: { readonly gatherMs?: number }
}

interface Reader { readonly id: string, readonly interval: string }
interface Person { readonly email: string, readonly locale: string }
interface Missed { readonly id: string, readonly message: string, readonly author: string, readonly type: string, readonly channel: string, readonly team: string | null, readonly hasFiles: boolean }

type Created = PayloadOf<typeof postCreated>

const standardGatherMs = 5 * 60_000
/** The shortest and the longest that Mattermost's clients offer. */
const minimumGatherMs = 30_000
const maximumGatherMs = 3_600_000
/** Of channels with more members nobody is mailed because everybody was mentioned. */
const maximumBroadcast = 1000
const maximumShown = 10
const maximumPreview = 400

/** Who may be mailed at all. Who is online sees it. */
const wantsMail = (isVerifiedNeeded: boolean) => sql.fragment`
  u.delete_at = 0 and not u.is_bot and u.email <> '' and coalesce(u.notify_props ->> 'email', 'true') <> 'false' and (u.email_verified or not ${isVerifiedNeeded})
  and not exists (select 1 from statuses s where s.user_id = u.id and s.status = 'online')`

const isPost = (event: RookeryEvent): event is RookeryEvent & { readonly payload: Created } => event.name === postCreated.name

/**
 * Mails people what they missed: mentions and messages to them alone. A mention makes a row for the person who is not
 * there; when its time has come the mail is written of all that is still unread then, if anything is.
 */
export function createNotifications({ db, tail, mails, languages, settings, clock, log, times = {} }: Parts): EventReader {
  const waitOf = (interval: string): number => (/^\d{1,6}$/.test(interval) ? Math.min(Math.max(Number(interval) * 1000, minimumGatherMs), maximumGatherMs) : times.gatherMs ?? standardGatherMs)

  const missed = mails.define<{ userId: string, since: number }>('notification', async ({ userId, since }) => {
    const person = await db.maybeOne<Person>(sql`select u.email, u.locale from users u where u.id = ${userId} and ${wantsMail(settings.accounts.requireVerifiedEmail)}`)
    if (!person) return undefined
    const posts = await db.any<Missed>(sql`
      with found as (
        select pm.post_id as id from post_mentions pm where pm.user_id = ${userId} and pm.create_at >= ${since}
        union
        select p.id from channel_members m join posts p on p.channel_id = m.channel_id
          where m.user_id = ${userId} and m.counts_broadcast and p.create_at >= ${since} and p.create_at > m.last_viewed_at and p.mentions_everybody)
      select p.id, p.message, cardinality(p.file_ids) > 0 as "hasFiles", coalesce(a.username, '') as author, c.type, c.display_name as channel,
        (select t.name from teams t join team_members tm on tm.team_id = t.id and tm.user_id = ${userId} and tm.delete_at = 0
          where t.delete_at = 0 and c.team_id in ('', t.id) order by t.name limit 1) as team
      from found join posts p on p.id = found.id
        join channels c on c.id = p.channel_id and c.delete_at = 0
        join channel_members m on m.channel_id = p.channel_id and m.user_id = ${userId}
        left join users a on a.id = p.user_id
        left join thread_members f on f.post_id = p.root_id and f.user_id = ${userId}
      where p.delete_at = 0 and p.user_id <> ${userId} and p.type not like 'system\\_%'
        and p.create_at > m.last_viewed_at and p.create_at > coalesce(f.last_viewed_at, 0)
        and coalesce(m.notify_props ->> 'mark_unread', 'all') <> 'mention' and coalesce(m.notify_props ->> 'email', 'default') not in ('false', 'none')
      order by p.create_at limit ${maximumShown + 1}`)
    return posts.length === 0 ? undefined : write(person, posts)
  })

  const write = ({ email, locale }: Person, posts: readonly Missed[]): Letter => {
    const say = (key: Parameters<Languages['say']>[0], values: Record<string, string | number> = {}): string => languages.say(key, { site: settings.site.name, ...values }, locale)
    const [first] = posts
    const shown = posts.slice(0, maximumShown)
    const preview = ({ message, hasFiles }: Missed): string => {
      const characters = [...message.trim()]
      if (characters.length === 0) return hasFiles ? say('mails.missedFile') : ''
      return characters.length > maximumPreview ? `${characters.slice(0, maximumPreview).join('')}…` : message.trim()
    }
    const heading = ({ type, author, channel }: Missed): string => (type === 'D' || type === 'G' ? say('mails.missedDirect', { name: author }) : say('mails.missedIn', { name: author, channel }))
    const isOne = posts.length === 1
    // Mail servers and mailboxes read along: nothing of what was written where, by whom alone.
    const said = settings.mail.contents === 'generic'
      ? [...new Set(shown.map(({ author }) => say('mails.missedFrom', { name: author })))]
      : shown.map((post) => `${heading(post)}\n${preview(post)}`)
    const url = isOne && first?.team ? `${settings.url}/${first.team}/pl/${first.id}` : settings.url
    return {
      to: email, locale, subject: isOne && first ? say('mails.missedOne', { name: first.author }) : say('mails.missedMany', { count: shown.length }),
      paragraphs: [...said, ...(posts.length > maximumShown ? [say('mails.missedMore')] : [])],
      action: { label: say('mails.missedAction'), url }, closing: say('mails.missedClosing'),
    }
  }

  const take = async (transaction: Transaction, events: readonly RookeryEvent[]): Promise<void> => {
    const posts = events.filter(isPost).map(({ payload }) => payload)
    // Of several the first is the one from which on it is looked.
    const since = new Map<string, number>()
    for (const { mentions, post } of [...posts].reverse()) for (const userId of mentions) since.set(userId, post.createAt)
    const broadcasts = posts.filter(({ mentionsEverybody }) => mentionsEverybody)
    if (broadcasts.length > 0) {
      const told = await transaction.any<{ userId: string, channelId: string }>(sql`
        select m.user_id as "userId", m.channel_id as "channelId" from channels c join channel_members m on m.channel_id = c.id
        where c.id = any (${textArray(broadcasts.map(({ post }) => post.channelId))}) and c.member_count <= ${maximumBroadcast} and m.counts_broadcast`)
      const first = new Map(broadcasts.toReversed().map(({ post }) => [post.channelId, post.createAt]))
      for (const { userId, channelId } of told) since.set(userId, Math.min(since.get(userId) ?? Infinity, first.get(channelId) ?? Infinity))
    }
    if (since.size === 0) return
    const readers = await transaction.any<Reader>(sql`
      select u.id, coalesce(p.value, '') as interval from users u
        left join preferences p on p.user_id = u.id and p.category = 'notifications' and p.name = 'email_interval'
      where u.id = any (${textArray([...since.keys()])}) and ${wantsMail(settings.accounts.requireVerifiedEmail)}`)
    const now = clock.now()
    await missed.putAll(transaction, readers.map(({ id, interval }) => ({ key: id, about: { userId: id, since: since.get(id) ?? now }, dueAt: now + waitOf(interval) })), { keepsPresent: true })
  }

  return createEventReader({
    name: 'notifications', tail, db, clock, log, take,
    wants: (event) => mails.isOn && settings.mail.notifications && isPost(event) && (event.payload.mentionsEverybody || event.payload.mentions.length > 0),
  })
}
