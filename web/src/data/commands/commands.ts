import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { ariaShortcut, isMac, matchesShortcut, spellShortcut, type KeyPress } from './shortcut.ts'

/** Parts of the list of shortcuts and of the palette, in their order. */
export const commandAreas = ['navigation', 'channel', 'messages', 'composer', 'panels', 'account', 'admin', 'help'] as const

/** Something that somebody may do, wherever it is offered: palette, menus, shortcuts. */
export interface Command {
  /** Such as `channel.leave`; whoever registers the same id later stands before the earlier. */
  readonly id: string
  readonly area: typeof commandAreas[number]
  /** In the reader's language, asked anew each time. */
  title(): string
  /** As shortcut.ts says, such as `Mod+K`. A second one is not shown. */
  readonly shortcut?: string
  readonly alternative?: string
  /** More words by which it is found. */
  keywords?(): string
  /** Whether it can be done now (default: yes). */
  when?(): boolean
  /** Known by its shortcut alone: it makes no sense in a palette. */
  readonly isOnlyShortcut?: boolean
  run(): unknown
}

/** Where they are typed they are text. */
const typingKeys = /^(?:Shift\+)?(?:.|Home|End|ArrowUp|ArrowDown|ArrowLeft|ArrowRight|Enter)$/u

/** Everything that can be done, as the parts of the app offer it. */
export const useCommands = defineStore('commands', () => {
  const registered = shallowRef<readonly Command[]>([])
  const add = (...commands: readonly Command[]): () => void => {
    registered.value = [...registered.value, ...commands]
    return () => { registered.value = registered.value.filter((command) => !commands.includes(command)) }
  }
  /** One for each id: the latest. */
  const all = computed(() => [...new Map(registered.value.map((command) => [command.id, command])).values()])
  const isPossible = (command: Command): boolean => command.when?.() ?? true
  const find = (id: string): Command | undefined => all.value.find((command) => command.id === id)
  const run = (id: string): void => {
    const command = find(id)
    if (command && isPossible(command)) void command.run()
  }
  /** How the shortcut of a command is written on this keyboard, for menus and tooltips. */
  const keysOf = (id: string): string | undefined => {
    const shortcut = find(id)?.shortcut
    return shortcut && spellShortcut(shortcut, isMac())
  }
  const spell = (shortcut: string): string => spellShortcut(shortcut, isMac())
  const ariaKeysOf = (id: string): string | undefined => {
    const shortcut = find(id)?.shortcut
    return shortcut && ariaShortcut(shortcut, isMac())
  }
  /** Runs what the keys stand for; answers whether there was something. */
  const press = (event: KeyPress & { readonly isTyping: boolean }): boolean => {
    const command = [...all.value].reverse().find((candidate) => [candidate.shortcut, candidate.alternative].some((shortcut) => (
      shortcut !== undefined && !(event.isTyping && typingKeys.test(shortcut)) && matchesShortcut(shortcut, event, isMac()))) && isPossible(candidate))
    if (!command) return false
    void command.run()
    return true
  }
  return { all, add, find, run, isPossible, keysOf, ariaKeysOf, spell, press }
})

/** Offers commands as long as the component that calls it is there. */
export function provideCommands(...commands: readonly Command[]): void {
  onScopeDispose(useCommands().add(...commands))
}
