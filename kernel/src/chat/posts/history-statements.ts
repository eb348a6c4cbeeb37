import { followingOf, postColumns, postSourceById, postSourceOf, threadColumns } from './post-rows.ts'

/** Which stretch of a channel a statement reads. */
export type Stretch = 'newest' | 'before' | 'after' | 'since' | 'unread'

/** How threads show: every post with the roots it needs, with all of the threads' replies, or roots only. */
export type ThreadForm = 'roots' | 'threads' | 'collapsed'

export interface HistoryForm {
  readonly stretch: Stretch
  readonly threads: ThreadForm
  readonly includesDeleted: boolean
  /** Whether it skips rows, as pages after the first do. */
  readonly isPaged: boolean
}

/** Replies that come along with the roots of one page, at most. */
const maximumRelated = 1000
const maximumChanged = 1000
/** The longest page and one more at either end. */
const maximumRows = 1002
const farFuture = '9007199254740991'

/**
 * Takes $3 rows, and skips $4 where it is a later page. The planner guesses that a limit it does not know takes a tenth
 * of the table; with the constant limit inside it knows better and reads the index.
 */
const limited = (rows: string, order: string, isPaged: boolean): string =>
  isPaged ? `${rows} ${order} limit $3 offset $4` : `select * from (${rows} ${order} limit ${maximumRows}) p ${order} limit $3 offset $4`

/** Rows of posts that make the stretch: $1 channel, $2 user; what follows differs per stretch. */
function page({ stretch, threads, includesDeleted, isPaged }: HistoryForm): string {
  const where = `p.channel_id = $1${includesDeleted ? '' : ' and p.delete_at = 0'}${threads === 'collapsed' ? ` and p.root_id = ''` : ''}`
  const pivot = `(select create_at from posts where id = $5 and channel_id = $1)`
  switch (stretch) {
    case 'newest': return limited(`select p.* from posts p where ${where}`, 'order by p.create_at desc', isPaged)
    case 'before': return limited(`select p.* from posts p where ${where} and p.create_at < ${pivot}`, 'order by p.create_at desc', isPaged)
    case 'after': return limited(`select p.* from posts p where ${where} and p.create_at > ${pivot}`, 'order by p.create_at', isPaged)
    // What was deleted since then is told as well.
    case 'since': return `select p.* from posts p where p.channel_id = $1${threads === 'collapsed' ? ` and p.root_id = ''` : ''} and p.update_at > $3
      order by p.update_at desc limit ${maximumChanged}`
    // $3 and $4: posts before and after. Who has never looked, or has read all, begins at the end.
    case 'unread': return `
      (select * from (select p.* from posts p where ${where} and p.create_at < (select at from pivot) order by p.create_at desc limit ${maximumRows}) p
        order by p.create_at desc limit $3)
      union all
      (select * from (select p.* from posts p where ${where} and p.create_at >= (select at from pivot) order by p.create_at limit ${maximumRows}) p
        order by p.create_at limit $4)`
  }
}

const unreadPivot = (where: string): string => `pivot as materialized (select coalesce((
    select p.create_at from posts p where p.channel_id = $1 and p.delete_at = 0${where}
      and p.create_at > (select nullif(last_viewed_at, 0) from channel_members where channel_id = $1 and user_id = $2)
    order by p.create_at limit 1), ${farFuture}) as at), `

/** Rows come in no order: sorting sixty is cheaper where they are read. */
function text(form: HistoryForm): string {
  const pivot = form.stretch === 'unread' ? unreadPivot(form.threads === 'collapsed' ? ` and p.root_id = ''` : '') : ''
  const pivotColumn = form.stretch === 'unread' ? ', (select at from pivot) as "pivotAt"' : ''
  const columns = `${postColumns}${pivotColumn}`
  if (form.threads === 'collapsed') {
    return `with ${pivot}page as (${page(form)})
      select ${columns}, ${threadColumns}, false as "isRelated" from ${postSourceOf('page')} ${followingOf('$2')}`
  }
  const isAlive = form.includesDeleted || form.stretch === 'since' ? '' : 'and p.delete_at = 0'
  // Thread by thread, for the same reason as in postSource.
  const replies = form.threads !== 'threads' ? '' : `union all (select r.id from roots cross join lateral (select p.id, p.create_at from posts p
      where p.root_id = roots.id and p.root_id <> '' ${isAlive} order by p.create_at desc limit ${maximumRelated}) r
      where r.id not in (select id from page) order by r.create_at desc limit ${maximumRelated})`
  // $2 is the reader, which these forms need for nothing but the unread pivot: named once, so that its type is known.
  return `with ${pivot}page as materialized (${page(form)}),
    roots as (select distinct root_id as id from page where root_id <> ''),
    related as (select id from roots where id not in (select id from page) ${replies})
    select ${columns}, false as "isRelated" from ${postSourceOf('page')} where $2::text is not null
    union all
    select ${columns}, true from ${postSourceById('related')} where true ${isAlive}`
}

const stretches: readonly Stretch[] = ['newest', 'before', 'after', 'since', 'unread']
const forms: readonly ThreadForm[] = ['roots', 'threads', 'collapsed']

const key = ({ stretch, threads, includesDeleted, isPaged }: HistoryForm): string =>
  `history_${stretch}_${threads}${includesDeleted ? '_deleted' : ''}${isPaged ? '_paged' : ''}`

const allForms: readonly HistoryForm[] = stretches.flatMap((stretch) => forms.flatMap((threads) =>
  [false, true].flatMap((includesDeleted) => [false, true].map((isPaged) => ({ stretch, threads, includesDeleted, isPaged })))))

const statements: ReadonlyMap<string, { name: string, text: string }> = new Map(allForms.map((form) => [key(form), { name: key(form), text: text(form) }]))

/** The prepared statement of a form. */
export const historyStatement = (form: HistoryForm): { name: string, text: string } => statements.get(key(form)) as { name: string, text: string }
