import type { Contribution, SlotName } from './contribution.ts'

/** The web parts of plugins that come with the release. They run in the page itself: nobody else's do. */
export const releaseContributions: readonly Contribution[] = [
  { pluginId: 'custom-status', slot: 'account', load: () => import('./custom-status/status-button.vue') },
  { pluginId: 'custom-status', slot: 'profileCard', load: () => import('./custom-status/status-line.vue') },
]

export const contributionsTo = (slot: SlotName): readonly Contribution[] => releaseContributions.filter((each) => each.slot === slot)
