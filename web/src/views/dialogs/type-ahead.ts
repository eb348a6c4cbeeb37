/** Whoever presses a shortcut types on at once: what comes before the dialog is there belongs into it, and not into what lies below. */
const patienceMs = 3000
/** Of what does not come at all: Escape is everybody's again. */
const longestMs = 30_000

/**
 * While a dialog is loaded: keeps what is typed until a field of it has the focus, and writes it there. Escape gives the
 * dialog up before it is there. Answers how to end that, for whoever closes it otherwise.
 */
export function typeAhead(giveUp: () => void): () => void {
  const beganAt = performance.now()
  let words = ''
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (event.key === 'Escape') {
      end()
      giveUp()
    } else if (performance.now() - beganAt > patienceMs) return
    else if (event.key === 'Backspace') words = words.slice(0, -1)
    else if (event.key.length === 1) words += event.key
    else if (event.key !== 'Enter') return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  const onFocus = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement) || !target.closest('[role="dialog"], [role="alertdialog"]')) return
    end()
    // As if it were typed there: a field that is bound to something hears of it.
    if (words !== '' && target.matches('input, textarea')) document.execCommand('insertText', false, words)
  }
  const end = (): void => {
    clearTimeout(timer)
    removeEventListener('keydown', onKey, true)
    removeEventListener('focusin', onFocus)
  }
  const timer = setTimeout(end, longestMs)
  addEventListener('keydown', onKey, true)
  addEventListener('focusin', onFocus)
  return end
}
