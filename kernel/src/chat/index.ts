export * from './chat.ts'
export type { Looks } from './statuses/looks.ts'
export type { Listening, Presence } from './statuses/presence.ts'
export { publicUser } from './users/visible-user.ts'
