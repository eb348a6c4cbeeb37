import type { StateInline } from 'markdown-it'

const dollar = 0x24
/** A formula longer than this is text. */
const maximumLength = 2000

/** `$x^2$` inside of a line: no space inside of the marks, no digit behind them, so that prices stay prices. */
export function mathsRule(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state
  if (src.charCodeAt(pos) !== dollar || src.charCodeAt(pos + 1) === dollar) return false
  if (pos > 0 && /[\w$\\]/.test(src[pos - 1] as string)) return false
  const end = src.indexOf('$', pos + 1)
  if (end === -1 || end >= posMax || end - pos > maximumLength) return false
  const formula = src.slice(pos + 1, end)
  if (formula === '' || /^\s|\s$|\n/.test(formula) || /[\w$]/.test(src[end + 1] ?? '')) return false
  if (!silent) {
    const token = state.push('maths', '', 0)
    token.content = formula
    token.markup = '$'
  }
  state.pos = end + 1
  return true
}
