import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useCommands, type Command } from '../../data/index.ts'
import { formats, type Format } from './edits/format.ts'
import { formatShortcuts } from './edits/format-keys.ts'

interface Deed { readonly when?: () => boolean, run(): unknown }

interface Parts {
  /** Whether what is written now is written here. */
  isAtHand(): boolean
  /** Whether anything can be written. */
  isOpen(): boolean
  isPreviewed(): boolean
  format(wanted: Format): void
  readonly deeds: Readonly<Record<'attach' | 'emoji' | 'showFormatting' | 'preview' | 'send', Deed>>
}

/** The buttons of a composer by their names, and the keys of its field: that hears them itself. */
export function useComposerCommands({ isAtHand, isOpen, isPreviewed, format, deeds }: Parts): void {
  const commands = useCommands()
  const { t } = useI18n()
  const all = [
    ...Object.entries(deeds).map(([name, { when = () => true, run }]): Command => ({ id: `composer.${name}`, area: 'composer', title: () => t(`composer.${name}`), when: () => isOpen() && when(), run })),
    ...formats.map((wanted): Command => ({
      id: `composer.format.${wanted}`, area: 'composer', title: () => t(`composer.format.${wanted}`), detail: () => t('composer.formatting'), shortcut: formatShortcuts[wanted], isLocal: true, when: () => isOpen() && !isPreviewed(), run: () => { format(wanted) },
    })),
  ]
  watch(isAtHand, (is, _before, onCleanup) => { if (is) onCleanup(commands.add(...all)) }, { immediate: true })
}
