import { isMac, matchesShortcut, spellShortcut, type KeyPress } from '../../../data/index.ts'
import { formats, type Format } from './format.ts'

export const formatShortcuts: Readonly<Record<Format, string>> = {
  bold: 'Mod+B', italic: 'Mod+I', strike: 'Mod+Shift+X', code: 'Mod+E', link: 'Mod+Alt+K', heading: 'Mod+Alt+H', quote: 'Mod+Shift+9', bullets: 'Mod+Shift+8', numbers: 'Mod+Shift+7', codeBlock: 'Mod+Alt+Shift+C',
}

/** Ctrl+K links what is selected; with nothing selected it is the key of the quick switcher. */
export function formatOfKey(press: KeyPress, hasSelection: boolean, isOnMac = isMac()): Format | undefined {
  if (hasSelection && matchesShortcut('Mod+K', press, isOnMac)) return 'link'
  return formats.find((wanted) => matchesShortcut(formatShortcuts[wanted], press, isOnMac))
}

/** As they are shown beside a button. */
export const keysOf = (format: Format): string => spellShortcut(formatShortcuts[format], isMac())
