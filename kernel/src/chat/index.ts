export * from './chat.ts'
export { publicUser } from './users/visible-user.ts'
