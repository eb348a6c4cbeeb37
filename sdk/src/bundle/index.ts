export { bundlePlugin, BundleError, type BundledPlugin } from './bundle-plugin.ts'
export { packPlugin } from './pack-plugin.ts'
export { readPlugins, type ReadPluginsOptions } from './read-plugins.ts'
