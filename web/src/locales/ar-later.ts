import { areasOf } from './areas.ts'

/** The words of the settings and of the administration. */
export const messages = areasOf(import.meta.glob('./ar/{admin,adminUsers,capabilities,configuration,health,plugins,settings,statistics}.json', { eager: true, import: 'default' }))
