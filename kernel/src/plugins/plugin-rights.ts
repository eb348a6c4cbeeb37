import type { Access } from '../auth/index.ts'
import type { Context } from '../operations/index.ts'

/** Who may look at plugins. */
export function assertMayReadPlugins(access: Access, context: Context): void {
  if (!access.hasSystem(context, 'sysconsole_read_plugins')) access.system(context, 'manage_system')
}

/** Who may change them; who may not does not learn which there are. */
export function assertMayWritePlugins(access: Access, context: Context): void {
  if (!access.hasSystem(context, 'sysconsole_write_plugins')) access.system(context, 'manage_system')
}
