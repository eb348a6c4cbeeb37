import type { Pasted } from './paste.ts'

/** What a browser hands over when somebody drops or pastes. */
type Item = Pick<DataTransferItem, 'kind' | 'getAsFile' | 'webkitGetAsEntry'>

/** Files, and the names of folders, which cannot be sent. To be called at once: afterwards the browser knows nothing of it. */
export function filesOf(items: Iterable<Item>): { readonly files: File[], readonly folders: string[] } {
  const [files, folders]: [File[], string[]] = [[], []]
  for (const item of items) {
    if (item.kind !== 'file') continue
    const [entry, file] = [item.webkitGetAsEntry(), item.getAsFile()]
    if (entry?.isDirectory) folders.push(entry.name)
    else if (file) files.push(file)
  }
  return { files, folders }
}

/** Names compare alike however accents are put together. */
const folded = (name: string): string => name.normalize('NFC')
/** The last part of a path, or of the address of a file. */
function nameIn(line: string): string {
  const last = /([^/\\]*)[/\\]?$/.exec(line)?.[1] ?? ''
  if (!line.startsWith('file:')) return folded(last)
  try {
    return folded(decodeURIComponent(last))
  } catch {
    return folded(last)
  }
}

/**
 * Whether files are meant where there is text too. File managers give names as text; offices and browsers give a picture
 * of what they copy, beside the same as a page or as cells.
 */
export function areFilesMeant(names: readonly string[], { text, html }: Pick<Pasted, 'text' | 'html'>): boolean {
  if (names.length === 0) return false
  const known = new Set(names.map(folded))
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter((line) => line !== '')
  return lines.every((line) => known.has(nameIn(line))) || (html === '' && !text.includes('\t'))
}
