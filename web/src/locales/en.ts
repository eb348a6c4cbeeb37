import { areasOf } from './areas.ts'

export const messages = areasOf(import.meta.glob('./en/*.json', { eager: true, import: 'default' }))
