import type { Component } from 'vue'
import type { Command } from '../../data/index.ts'

/**
 * Something that a menu offers. It is a command, so menu, palette, list of shortcuts and keys say and do the same: whoever
 * draws a menu from entries provides them too (`commandsOf`).
 */
export interface MenuEntry extends Command {
  readonly icon?: () => Component
  /** Whether its icon points along the text. */
  readonly followsReading?: boolean
  readonly isDangerous?: boolean
  /** Of what is on or off, or one of several. */
  readonly isChosen?: () => boolean
  /** It stands in the menu even where it cannot be done now. */
  readonly isDisabled?: () => boolean
  /** A menu beside the menu; its own `run` is never called. */
  readonly entries?: () => MenuGroups
}

/** Parts of a menu, with a line between them. */
export type MenuGroups = readonly (readonly MenuEntry[])[]

const isOffered = (entry: MenuEntry): boolean => (entry.when?.() ?? true) && (entry.entries === undefined || entry.entries().flat().some(isOffered))

/** What a menu shows now: no empty parts. */
export const offeredOf = (groups: MenuGroups): MenuGroups => groups.map((group) => group.filter(isOffered)).filter((group) => group.length > 0)

/** The same one by one, as commands: those of a menu beside it with its name before theirs, and all with what they are about. */
export function commandsOf(groups: MenuGroups, detail?: () => string): readonly Command[] {
  return groups.flat().flatMap((entry): readonly Command[] => {
    const inner: readonly MenuEntry[] = entry.entries?.().flat().map((each) => ({ ...each, title: () => `${entry.title()}: ${each.title()}`, when: () => isOffered(entry) && isOffered(each) })) ?? [entry]
    return inner.map((each) => ({ ...each, ...(detail && !each.detail && { detail }), when: () => isOffered(each) && !each.isDisabled?.() }))
  })
}
