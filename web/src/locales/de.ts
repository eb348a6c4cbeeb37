import { areasOf } from './areas.ts'

export const messages = areasOf(import.meta.glob('./de/*.json', { eager: true, import: 'default' }))
