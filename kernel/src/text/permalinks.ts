import { blankCode } from './code.ts'
import { bareLinks } from './links.ts'

/** Ids of the posts that a message links to (`<url>/<team>/pl/<id>`, `<url>/_redirect/pl/<id>`), in order, each once. */
export function linkedPostIds(message: string, siteUrl: string): string[] {
  if (!message.includes('/pl/')) return []
  const ids = bareLinks(blankCode(message)).map(({ address }) => postIdOf(address, siteUrl)).filter((id) => id !== null)
  return [...new Set(ids)]
}

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
