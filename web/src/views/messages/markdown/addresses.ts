/** Whether a message may link there: to the web, to a mailbox, or to a place on this server. Nothing that a browser would run. */
export function isSafeAddress(address: string): boolean {
  const bare = address.trim()
  // Browsers take these out of an address before they look at its scheme.
  if (/[\u0000-\u001f\u007f\\]/.test(bare)) return false
  return /^(?:https?:\/\/[^/]|mailto:[^\s/])/i.test(bare) || ownPath.test(bare)
}

/** Posts, channels and conversations of a team, and posts of whichever team. */
const ownPath = /^\/(?:[a-z0-9][a-z0-9_-]{0,63}\/(?:pl\/[a-z0-9]{26}|channels\/[\w-]{1,64}|messages\/@?[\w.-]{1,64})|_redirect\/pl\/[a-z0-9]{26})$/

/** The place on this server to which an address leads, as the router knows it; undefined where it leads elsewhere. What names no team opens in that with this name. */
export function ownPlace(address: string, origin: string, teamName: string): string | undefined {
  const path = address.startsWith(`${origin}/`) ? address.slice(origin.length) : address
  return ownPath.test(path) ? path.replace(/^\/_redirect\//, `/${teamName}/`) : undefined
}
