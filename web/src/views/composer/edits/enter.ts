/** What the key Enter means, for those who chose otherwise too. */
export interface EnterChoices {
  /** Preference advanced_settings/send_on_ctrl_enter: Enter breaks the line everywhere. */
  readonly breaksByDefault: boolean
  /** The caret is in a block of code that has not ended, and that matters (preference advanced_settings/code_block_ctrl_enter). */
  readonly isInCodeBlock: boolean
}

export function meaningOfEnter({ shiftKey, altKey, ctrlKey, metaKey }: Pick<KeyboardEvent, 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>, { breaksByDefault, isInCodeBlock }: EnterChoices): 'send' | 'break' {
  if (ctrlKey || metaKey) return 'send'
  return shiftKey || altKey || breaksByDefault || isInCodeBlock ? 'break' : 'send'
}
