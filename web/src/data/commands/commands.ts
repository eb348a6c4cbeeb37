import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, type ComputedRef } from 'vue'
import { ariaShortcut, isMac, matchesShortcut, spellShortcut, type KeyPress } from './shortcut.ts'

/** Parts of the list of shortcuts and of the palette, in their order. */
export const commandAreas = ['navigation', 'channel', 'messages', 'composer', 'panels', 'account', 'help', 'settings', 'admin'] as const

/** Something that somebody may do, wherever it is offered: palette, menus, shortcuts. */
export interface Command {
  /** Such as `channel.leave`; whoever registers the same id later stands before the earlier. */
  readonly id: string
  readonly area: typeof commandAreas[number]
  /** In the reader's language, asked anew each time. */
  title(): string
  /** About what, where the title does not say it: whose message, which category. */
  detail?(): string
  /** As shortcut.ts says, such as `Mod+K`. A second one is not shown. */
  readonly shortcut?: string
  readonly alternative?: string
  /** More words by which it is found. */
  keywords?(): string
  /** Whether it can be done now (default: yes). */
  when?(): boolean
  /** Known by its shortcut alone: it makes no sense in a palette. */
  readonly isOnlyShortcut?: boolean
  /** Its keys are heard by what it is about, such as a message that has the focus, and mean nothing elsewhere. */
  readonly isLocal?: boolean
  /** There are many of its kind: the palette lists it when something is typed. */
  readonly isMinor?: boolean
  run(): unknown
}

/** Commands that are there together; a function where there are not always the same. */
export type CommandSource = Command | (() => readonly Command[])

/** Where they are typed they are text. */
const typingKeys = /^(?:Shift\+)?(?:.|Home|End|ArrowUp|ArrowDown|ArrowLeft|ArrowRight|Enter)$/u

/** Everything that can be done, as the parts of the app offer it. */
export const useCommands = defineStore('commands', () => {
  const registered = shallowRef<readonly CommandSource[]>([])
  const add = (...sources: readonly CommandSource[]): () => void => {
    registered.value = [...registered.value, ...sources]
    return () => { registered.value = registered.value.filter((source) => !sources.includes(source)) }
  }
  /** One for each id: the latest. */
  const all = computed(() => [...new Map(registered.value.flatMap((source) => (typeof source === 'function' ? source() : [source])).map((command) => [command.id, command])).values()])
  const isPossible = (command: Command): boolean => command.when?.() ?? true
  const find = (id: string): Command | undefined => all.value.find((command) => command.id === id)
  const run = (id: string): void => {
    const command = find(id)
    if (command && isPossible(command)) void command.run()
  }
  /** Each for itself: commands come and go with what has the focus, and whoever shows a shortcut is drawn anew only where that changed. */
  const shortcuts = new Map<string, ComputedRef<string | undefined>>()
  const shortcutOf = (id: string): string | undefined => {
    const known = shortcuts.get(id) ?? computed(() => find(id)?.shortcut)
    shortcuts.set(id, known)
    return known.value
  }
  /** How the shortcut of a command is written on this keyboard, for menus and tooltips. */
  const keysOf = (id: string): string | undefined => {
    const shortcut = shortcutOf(id)
    return shortcut && spellShortcut(shortcut, isMac())
  }
  const spell = (shortcut: string): string => spellShortcut(shortcut, isMac())
  const ariaKeysOf = (id: string): string | undefined => {
    const shortcut = shortcutOf(id)
    return shortcut && ariaShortcut(shortcut, isMac())
  }
  /** Runs what the keys stand for among some commands, the latest first; answers whether there was something. */
  const pressAmong = (commands: readonly Command[], event: KeyPress, isTyping = false): boolean => {
    const command = commands.findLast((candidate) => [candidate.shortcut, candidate.alternative].some((shortcut) => (
      shortcut !== undefined && !(isTyping && typingKeys.test(shortcut)) && matchesShortcut(shortcut, event, isMac()))) && isPossible(candidate))
    if (!command) return false
    void command.run()
    return true
  }
  const press = (event: KeyPress, isTyping: boolean): boolean => pressAmong(all.value.filter(({ isLocal }) => !isLocal), event, isTyping)
  return { all, add, find, run, isPossible, keysOf, ariaKeysOf, spell, press, pressAmong }
})

/** Offers commands as long as the component that calls it is there. */
export function provideCommands(...sources: readonly CommandSource[]): void {
  onScopeDispose(useCommands().add(...sources))
}
