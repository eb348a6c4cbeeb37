export * from './file-type.ts'
export * from './images.ts'
export type { ImageSource } from './image-source.ts'
export { avatarPixels } from './initials-avatar.ts'
