export { bundlePlugin, BundleError, type BundledPlugin } from './bundle-plugin.ts'
export { packPlugin } from './pack-plugin.ts'
export { packReleasePlugins } from './pack-release.ts'
export { readPlugins, type ReadPlugin, type ReadPluginsOptions } from './read-plugins.ts'
