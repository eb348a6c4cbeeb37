export { createPluginPermissions, type PluginPermissions } from './plugin-permissions.ts'
export { createStoredPermissions } from './stored-permissions.ts'
