export { createPostKinds } from './post-kinds.ts'
