import { partKey } from '../data/index.ts'
import type { Contribution } from './contribution.ts'

/**
 * Web parts of plugins that come with the release, by plugin and name of the part. They run in the page itself: nobody
 * else's do. Where they are shown, and whether, is said by the plugin: what is not here and draws itself has a frame.
 */
const modules: Readonly<Record<string, Contribution>> = {
  [partKey('custom-status', 'status')]: { load: () => import('./custom-status/status-button.vue') },
}

export const moduleOf = (key: string, isOfRelease: boolean): Contribution | undefined => (isOfRelease && Object.hasOwn(modules, key) ? modules[key] : undefined)
