const maximumNameBytes = 255

/**
 * The name of a file as people see it, from what a client says: the last part of a path, without control characters or
 * marks that turn the direction of text (they make `exe.gpj` look like a picture), at most 255 bytes with its extension.
 */
export function cleanFileName(told: string): string {
  const base = told.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const clean = base.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu, '').toWellFormed().trim()
  if (/^\.*$/.test(clean)) return 'file'
  if (Buffer.byteLength(clean) <= maximumNameBytes) return clean
  const extension = /\.[A-Za-z0-9]{1,16}$/.exec(clean)?.[0] ?? ''
  return cut(clean.slice(0, clean.length - extension.length), maximumNameBytes - extension.length) + extension
}

function cut(text: string, maximumBytes: number): string {
  let kept = ''
  let bytes = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maximumBytes) break
    kept += character
  }
  return kept
}
