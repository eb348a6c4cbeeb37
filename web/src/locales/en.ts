import { areasOf } from './areas.ts'

/** What is needed to read and write; the rest is in `en-later.ts`. */
export const messages = areasOf(import.meta.glob(['./en/*.json', '!./en/{admin,adminUsers,capabilities,configuration,health,plugins,settings,statistics}.json'], { eager: true, import: 'default' }))
