import path from 'node:path'
import { bundlePlugin, type BundledPlugin } from '@rookery/sdk/bundle'
import type { PluginBundle } from '../../kernel/src/plugins/index.ts'

const folder = path.join(import.meta.dirname, '../fixtures/plugins')
const releaseFolder = path.join(import.meta.dirname, '../../plugins')

/** Plugins of test/fixtures/plugins as strangers have them. */
export const fixturePlugins = (names: readonly string[]): Promise<PluginBundle[]> => Promise.all(names.map(async (name) => {
  const bundled: BundledPlugin = await bundlePlugin(path.join(folder, name))
  return { ...bundled, isTrusted: false }
}))

/** Plugins that come with the release. */
export const releasePlugins = (names: readonly string[]): Promise<PluginBundle[]> =>
  Promise.all(names.map(async (name) => ({ ...await bundlePlugin(path.join(releaseFolder, name)), isTrusted: true })))
