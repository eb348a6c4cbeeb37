import type { Edit } from './edit.ts'

/**
 * Changes a text field as a person would, so that undo takes it back. `insertText` is old, and the only way that every
 * browser offers; where it is gone the change cannot be undone.
 */
export function applyEdit(area: HTMLTextAreaElement, { from, to, insert, selection }: Edit): void {
  area.focus()
  area.setSelectionRange(from, to)
  const isDone = insert === '' ? from === to || document.execCommand('delete') : document.execCommand('insertText', false, insert)
  if (!isDone) {
    area.setRangeText(insert, from, to, 'end')
    area.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }
  area.setSelectionRange(selection.start, selection.end)
}
