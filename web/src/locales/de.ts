import { areasOf } from './areas.ts'

/** What is needed to read and write; the rest is in `de-later.ts`. */
export const messages = areasOf(import.meta.glob(['./de/*.json', '!./de/{admin,adminUsers,capabilities,configuration,health,plugins,settings,statistics}.json'], { eager: true, import: 'default' }))
