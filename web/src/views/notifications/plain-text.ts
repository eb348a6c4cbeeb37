/** A message as it is read aloud: without the signs of markdown, in one line, cut where it is long. */
export function plainText(message: string, maximum = 200): string {
  const text = message
    .replace(/^\s*(?:```|~~~).*$/gm, ' ')
    .replace(/!\[([^\]]*)\]\([^)\s]*[^)]*\)/g, '$1')
    .replace(/\[([^\]]+)\]\([^)\s]*[^)]*\)/g, '$1')
    .replace(/^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?)/gm, '')
    .replace(/(\*\*|__|~~|`)(?=\S)([^\n]*?\S)\1/g, '$2')
    .replace(/(^|\W)[*_](?=\S)([^*_\n]*\S)[*_](?=\W|$)/g, '$1$2')
    .replace(/\s+/g, ' ')
    .trim()
  const characters = [...text]
  return characters.length > maximum ? `${characters.slice(0, maximum - 1).join('').trimEnd()}…` : text
}
