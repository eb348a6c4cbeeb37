import { blankCode } from './code.ts'
import { bareLinks } from './links.ts'

/** The post whose preview a message shows: there is one where the first bare link of the message leads to a post. */
export function previewedPostId(message: string, siteUrl: string): string | null {
  if (!message.includes('/pl/')) return null
  const [first] = bareLinks(blankCode(message))
  return first === undefined ? null : postIdOf(first.address, siteUrl)
}

function postIdOf(address: string, siteUrl: string): string | null {
  const root = siteUrl.replace(/\/$/, '')
  if (root === '' || !address.startsWith(`${root}/`)) return null
  return /^\/[0-9a-z_-]{1,64}\/pl\/([a-z0-9]{26})$/.exec(address.slice(root.length))?.[1] ?? null
}
