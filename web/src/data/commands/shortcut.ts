/**
 * A shortcut as commands write it: keys joined by `+`, such as `Mod+Shift+P` or `Alt+ArrowUp`. `Mod` is ⌘ on a Mac and
 * Ctrl everywhere else; the last part is what the key says without Shift.
 */
export interface KeyPress { readonly key: string, readonly code: string, readonly ctrlKey: boolean, readonly metaKey: boolean, readonly altKey: boolean, readonly shiftKey: boolean }

const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' }
const macOrder = ['Ctrl', 'Alt', 'Shift', 'Mod']
const keySigns: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Enter: '↵' }

/** As it is written on the reader's keyboard: `⇧⌘P`, or `Ctrl+Shift+P`. */
export function spellShortcut(shortcut: string, isMac: boolean): string {
  const parts = shortcut.split('+')
  const key = parts.pop() ?? ''
  const sign = keySigns[key] ?? key
  if (!isMac) return [...parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)), sign].join('+')
  return [...parts].sort((a, b) => macOrder.indexOf(a) - macOrder.indexOf(b)).map((part) => macSigns[part] ?? part).join('') + sign
}

/** For screen readers and `aria-keyshortcuts`, in their own words. */
export const ariaShortcut = (shortcut: string, isMac: boolean): string => shortcut.replace('Mod', isMac ? 'Meta' : 'Control').replace('Ctrl', 'Control')

/** Whether ⌘ is the key of shortcuts. */
export const isMac = (): boolean => /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')

/** What a key says, letters in capitals: by its place where the layout writes no Latin letters, so that shortcuts work in every script. */
export function keyOf({ key, code, ctrlKey, altKey }: KeyPress, isMac: boolean): string {
  // AltGr is told as Ctrl+Alt: what it writes is text.
  const isAltGraph = ctrlKey && altKey && !isMac
  // Names of keys are Latin too. A key may write two letters at once, as Arabic ones do.
  const isLatin = /^[\x20-\x7e]+$/.test(key)
  // With ⌥ a Mac writes other letters.
  if (!isAltGraph && (!isLatin || altKey)) {
    const letter = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(code)
    if (letter) return letter[1] ?? letter[2] ?? key
    if (code === 'Slash') return '/'
    if (code === 'Period') return '.'
  }
  return key.length === 1 ? key.toUpperCase() : key
}

export function matchesShortcut(shortcut: string, press: KeyPress, isMac: boolean): boolean {
  const parts = shortcut.split('+')
  const key = parts.pop() ?? ''
  const wantsMod = parts.includes('Mod')
  const wantsCtrl = parts.includes('Ctrl') || (wantsMod && !isMac)
  const wantsMeta = wantsMod && isMac
  if (press.ctrlKey !== wantsCtrl || press.metaKey !== wantsMeta || press.altKey !== parts.includes('Alt')) return false
  // Some signs are written with Shift on some keyboards.
  const isSign = /^[^A-Z0-9]$/.test(key)
  if (press.shiftKey !== parts.includes('Shift') && !(isSign && press.shiftKey)) return false
  // What stands above a digit is another sign on each keyboard.
  return keyOf(press, isMac) === key || (press.shiftKey && /^[0-9]$/.test(key) && press.code === `Digit${key}`)
}
