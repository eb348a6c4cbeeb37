import type { Format } from './format.ts'

interface Key { readonly format: Format, readonly code: string, readonly shift?: true, readonly alt?: true }

/** With Ctrl, or Cmd on a Mac. By the place of the key where it is a digit, whatever stands on it with Shift. */
const keys: readonly Key[] = [
  { format: 'bold', code: 'b' }, { format: 'italic', code: 'i' }, { format: 'link', code: 'k', alt: true }, { format: 'strike', code: 'x', shift: true },
  { format: 'code', code: 'e' }, { format: 'codeBlock', code: 'c', shift: true, alt: true }, { format: 'heading', code: 'h', alt: true },
  { format: 'numbers', code: 'Digit7', shift: true }, { format: 'bullets', code: 'Digit8', shift: true }, { format: 'quote', code: 'Digit9', shift: true },
]

const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform)

/** Ctrl+K links what is selected; with nothing selected it is the key of the quick switcher. */
export function formatOfKey({ key, code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent, hasSelection: boolean): Format | undefined {
  if (!(ctrlKey || metaKey)) return undefined
  if (hasSelection && key.toLowerCase() === 'k' && !shiftKey && !altKey) return 'link'
  return keys.find((known) => (known.code === code || known.code === key.toLowerCase()) && (known.shift ?? false) === shiftKey && (known.alt ?? false) === altKey)?.format
}

/** As they are shown beside a button. */
export function keysOf(format: Format): string {
  const known = keys.find((key) => key.format === format)
  if (!known) return ''
  const letter = known.code.replace('Digit', '').toUpperCase()
  if (isMac()) return `${known.alt ? '⌥' : ''}${known.shift ? '⇧' : ''}⌘${letter}`
  return ['Ctrl', known.alt && 'Alt', known.shift && 'Shift', letter].filter(Boolean).join('+')
}
