import { areasOf } from './areas.ts'

export const messages = areasOf(import.meta.glob('./ar/*.json', { eager: true, import: 'default' }))
