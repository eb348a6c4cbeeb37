import { roleUpdated } from '@rookery/sdk/protocol'
import { selectRoles } from '../../chat/index.ts'
import type { Clock } from '../../clock.ts'
import type { Writer } from '../../events/index.ts'
import type { StoredKind } from '../../plugin-storage/index.ts'
import { sql } from '../../storage/index.ts'

/** What admins gave of a plugin's permissions stays while its data does, and is theirs: no version of the plugin changes it. */
export const createStoredPermissions = ({ writer, clock }: { writer: Writer, clock: Clock }): StoredKind => ({
  async prepare() {},
  async snapshot() {},
  async restore() {},
  async forgetSnapshot() {},
  async* exportData() {},
  async purge(pluginId) {
    await writer.write(async (transaction, emit) => {
      // Up to the last dot: one id may begin with another.
      const changed = await transaction.any<{ id: string }>(sql`
        update roles set update_at = greatest(${clock.now()}, update_at + 1),
          permissions = array(select permission from unnest(permissions) with ordinality as held (permission, place) where regexp_replace(permission, '[.][^.]*$', '') <> ${`plugin_${pluginId}`} order by place)
        where exists (select 1 from unnest(permissions) as permission where regexp_replace(permission, '[.][^.]*$', '') = ${`plugin_${pluginId}`}) returning id`)
      for (const role of await selectRoles(transaction, changed.map(({ id }) => id))) emit(roleUpdated, { role }, {})
    })
  },
})
