export { bundlePlugin, BundleError, type BundledPlugin } from './bundle-plugin.ts'
export { readPlugins, type ReadPluginsOptions } from './read-plugins.ts'
