import { areasOf } from './areas.ts'

/** What is needed to read and write; the rest is in `ar-later.ts`. */
export const messages = areasOf(import.meta.glob(['./ar/*.json', '!./ar/{admin,adminUsers,capabilities,configuration,health,plugins,settings,statistics}.json'], { eager: true, import: 'default' }))
