import { createHash } from 'node:crypto'
import { glyphOf } from './glyphs.ts'

export const avatarPixels = 128

// White on each of them has a contrast of at least 4.5.
const colours = [
  '#1c58d9', '#0f766e', '#b3261e', '#7b2cbf', '#a34700', '#2d6a4f', '#9d174d', '#4338ca', '#92580a', '#0369a1', '#5b21b6', '#3f6212', '#be185d', '#155e75',
  '#6d4c41', '#475569',
] as const

/** The picture of someone who has uploaded none: the first letter of the name on a colour that follows from the id. */
export function initialsSvg({ userId, username }: { readonly userId: string, readonly username: string }): string {
  const [digest] = createHash('sha256').update(userId).digest()
  const colour = colours[digest! % colours.length]!
  const initial = /[a-z0-9]/i.exec(username)?.[0] ?? ''
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${avatarPixels}" height="${avatarPixels}" viewBox="0 0 200 200">`
    + `<rect width="200" height="200" fill="${colour}"/>`
    + `<path transform="translate(50 50)" d="${glyphOf(initial)}" fill="none" stroke="#fff" stroke-width="13" stroke-linecap="round" stroke-linejoin="round"/></svg>`
}
