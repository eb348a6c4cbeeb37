import { json, sql, type Queries, type Transaction } from '../storage/index.ts'
import type { InstalledPlugin } from './installed-plugin.ts'

const columns = sql.fragment`
  id, version, state, reason, generation, origin, manifest, source_hash as "sourceHash", package_hash as "packageHash", signer, pending, previous, trash, granted, wishes, binding, hook_overrides as "hookOverrides", chosen_for as "chosenFor",
  bot_user_id as "botUserId", create_at as "createAt", update_at as "updateAt"`

export const selectPlugins = (db: Queries): Promise<InstalledPlugin[]> => db.any<InstalledPlugin>(sql`select ${columns} from plugins order by id`)

export const selectPlugin = (db: Queries, id: string): Promise<InstalledPlugin | undefined> => db.maybeOne<InstalledPlugin>(sql`select ${columns} from plugins where id = ${id}`)

/** Nobody else changes the row until the transaction ends. */
export const lockPlugin = (transaction: Transaction, id: string): Promise<InstalledPlugin | undefined> =>
  transaction.maybeOne<InstalledPlugin>(sql`select ${columns} from plugins where id = ${id} for update`)

const jsonOrNull = (value: object | null) => value === null ? sql.fragment`null` : sql.fragment`${json(value)}`

/** Answers nothing where there is one already. */
export const insertPlugin = (db: Queries, plugin: InstalledPlugin): Promise<{ id: string } | undefined> => db.maybeOne<{ id: string }>(sql`
  insert into plugins (id, version, state, reason, generation, origin, manifest, source_hash, package_hash, signer, granted, binding, hook_overrides, chosen_for, bot_user_id, create_at, update_at)
  values (${plugin.id}, ${plugin.version}, ${plugin.state}, ${plugin.reason}, ${plugin.generation}, ${plugin.origin}, ${json(plugin.manifest)}, ${plugin.sourceHash}, ${plugin.packageHash}, ${plugin.signer},
    ${json(plugin.granted)}, ${json(plugin.binding)}, ${json(plugin.hookOverrides)}, ${json(plugin.chosenFor)}, ${plugin.botUserId}, ${plugin.createAt}, ${plugin.updateAt})
  on conflict (id) do nothing returning id`)

export const updatePlugin = (transaction: Transaction, plugin: InstalledPlugin): Promise<unknown> => transaction.query(sql`
  update plugins set version = ${plugin.version}, state = ${plugin.state}, reason = ${plugin.reason}, generation = ${plugin.generation}, manifest = ${json(plugin.manifest)},
    source_hash = ${plugin.sourceHash}, package_hash = ${plugin.packageHash}, signer = ${plugin.signer},
    pending = ${jsonOrNull(plugin.pending)}, previous = ${jsonOrNull(plugin.previous)}, trash = ${jsonOrNull(plugin.trash)},
    granted = ${json(plugin.granted)}, wishes = ${json(plugin.wishes)}, binding = ${json(plugin.binding)}, hook_overrides = ${json(plugin.hookOverrides)}, chosen_for = ${json(plugin.chosenFor)},
    bot_user_id = ${plugin.botUserId}, update_at = ${plugin.updateAt}
  where id = ${plugin.id}`)

/** With all that hangs on it. */
export const deletePlugin = (transaction: Transaction, id: string): Promise<unknown> => transaction.query(sql`delete from plugins where id = ${id}`)
