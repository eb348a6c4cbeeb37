import { isInCode, type Edit, type Selection } from '../edits/edit.ts'
import { linkOnto } from '../edits/format.ts'
import { codeToMarkdown } from './code.ts'
import { rowsOfHtml, rowsOfText, tableToMarkdown } from './table.ts'

/** What a clipboard holds, as far as it matters here. */
export interface Pasted { readonly text: string, readonly html: string, readonly editorData: string }

/** A block stands on lines of its own. */
function block(text: string, { start, end }: Selection, markdown: string): Edit {
  const before = start === 0 || text[start - 1] === '\n' ? '' : '\n'
  const after = end === text.length || text[end] === '\n' ? '\n' : '\n\n'
  const insert = before + markdown + after
  return { from: start, to: end, insert, selection: { start: start + insert.length, end: start + insert.length } }
}

/** How a paste becomes markdown; undefined where the browser does it as always. */
export function pasteEdit(text: string, selection: Selection, { text: pasted, html, editorData }: Pasted): Edit | undefined {
  if (isInCode(text, selection.start)) return undefined
  const linked = linkOnto(text, selection, pasted)
  if (linked) return linked
  const rows = rowsOfHtml(html) ?? (editorData ? undefined : rowsOfText(pasted))
  if (rows) return block(text, selection, tableToMarkdown(rows))
  const code = codeToMarkdown(pasted, editorData)
  return code === undefined ? undefined : block(text, selection, code)
}
