import { equal } from 'node:assert/strict'
import { ariaShortcut, keyOf, matchesShortcut, spellShortcut, type KeyPress } from '../../src/data/commands/shortcut.ts'

describe('shortcuts', () => {
  const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ key, code: `Key${key.toUpperCase()}`, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

  it('are spelled as on the keyboard', () => {
    equal(spellShortcut('Mod+Shift+P', true), '⇧⌘P')
    equal(spellShortcut('Mod+Shift+P', false), 'Ctrl+Shift+P')
    equal(spellShortcut('Alt+Shift+ArrowUp', true), '⌥⇧↑')
    equal(spellShortcut('Alt+Shift+ArrowUp', false), 'Alt+Shift+↑')
    equal(spellShortcut('Ctrl+Alt+1', true), '⌃⌥1')
    equal(spellShortcut('Escape', false), 'Esc')
    equal(ariaShortcut('Mod+K', true), 'Meta+K')
    equal(ariaShortcut('Mod+K', false), 'Control+K')
  })
  it('are met by exactly their keys', () => {
    equal(matchesShortcut('Mod+K', press('k', { ctrlKey: true }), false), true)
    equal(matchesShortcut('Mod+K', press('k', { metaKey: true }), true), true)
    equal(matchesShortcut('Mod+K', press('k', { ctrlKey: true }), true), false)
    equal(matchesShortcut('Mod+K', press('K', { ctrlKey: true, shiftKey: true }), false), false)
    equal(matchesShortcut('Mod+Shift+K', press('K', { ctrlKey: true, shiftKey: true }), false), true)
    equal(matchesShortcut('Mod+K', press('k', { ctrlKey: true, altKey: true }), false), false)
    equal(matchesShortcut('Escape', press('Escape', { code: 'Escape' }), false), true)
    equal(matchesShortcut('Escape', press('Escape', { code: 'Escape', shiftKey: true }), false), false)
  })
  it('are found by their place where the layout writes other letters', () => {
    equal(matchesShortcut('Mod+K', press('ن', { code: 'KeyK', ctrlKey: true }), false), true)
    equal(matchesShortcut('Mod+K', press('л', { code: 'KeyK', ctrlKey: true }), false), true)
    equal(matchesShortcut('Ctrl+Alt+1', press('¡', { code: 'Digit1', ctrlKey: true, altKey: true }), true), true)
    // Dvorak says K where QWERTY says V.
    equal(matchesShortcut('Mod+K', press('k', { code: 'KeyV', ctrlKey: true }), false), true)
  })
  it('know a key that is pressed alone, in every script', () => {
    const keys = [press('e'), press('E', { shiftKey: true }), press('ث', { code: 'KeyE' }), press('у', { code: 'KeyE' }), press('لا', { code: 'KeyB' }), press('Enter', { code: 'Enter' }), press('Delete', { code: 'Delete' }), press('f', { code: 'KeyU' })]
    equal(keys.map((key) => keyOf(key, false)).join(' '), 'E E E E B Enter Delete F')
  })
  it('leave to AltGr what it writes', () => {
    const altGraph = { ctrlKey: true, altKey: true }
    equal(matchesShortcut('Ctrl+Alt+2', press('~', { code: 'Digit2', ...altGraph }), false), false)
    equal(matchesShortcut('Ctrl+Alt+2', press('²', { code: 'Digit2', ...altGraph }), false), false)
    equal(matchesShortcut('Ctrl+Alt+2', press('2', { code: 'Digit2', ...altGraph }), false), true)
  })
  it('take a sign with or without Shift, as the keyboard writes it', () => {
    equal(matchesShortcut('Mod+/', press('/', { code: 'Digit7', ctrlKey: true, shiftKey: true }), false), true)
    equal(matchesShortcut('Mod+/', press('/', { code: 'Slash', ctrlKey: true }), false), true)
  })
})
