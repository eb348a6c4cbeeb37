import { sql, type Queries } from '../../storage/index.ts'

/** What the kernel itself knows to be of one person, by plugin. */
export interface PersonalRow {
  readonly pluginId: string
  readonly settings: Readonly<Record<string, unknown>> | null
  readonly account: Readonly<Record<string, unknown>> | null
}

/** Without secrets, which would be of no use elsewhere. */
export const selectPersonalRows = (db: Queries, userId: string): Promise<PersonalRow[]> => db.any<PersonalRow>(sql`
  with settings as (
    select plugin_id, (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(chosen) where jsonb_typeof(value) <> 'object') as settings
    from plugin_settings where scope = 'user' and scope_id = ${userId}
  ), account as (select kept.key as plugin_id, kept.value as account from users, jsonb_each(users.plugin_props) as kept where users.id = ${userId})
  select coalesce(settings.plugin_id, account.plugin_id) as "pluginId", settings.settings, account.account
  from settings full join account on account.plugin_id = settings.plugin_id order by 1`)

export const deletePersonalSettings = (db: Queries, userId: string): Promise<unknown> => db.query(sql`delete from plugin_settings where scope = 'user' and scope_id = ${userId}`)
