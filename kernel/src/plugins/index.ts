export { GuestError } from './guest-error.ts'
export { createPluginHosts, type PluginHosts, type PluginHostsDependencies } from './host-link.ts'
export { defaultPluginHostSettings, type PluginHostSettings } from './host-settings.ts'
export type { CallHandler, PluginCode, PluginState, PluginStatistics } from './plugin-record.ts'
