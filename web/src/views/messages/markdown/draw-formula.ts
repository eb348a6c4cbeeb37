import katex from 'katex'

/** Builds nodes, never markup; nothing of a formula may load, link or style. */
export function drawFormula(text: string, element: HTMLElement, isBlock = false): void {
  katex.render(text.trim(), element, { displayMode: isBlock, output: 'mathml', trust: false, strict: 'ignore', throwOnError: true, maxExpand: 200, maxSize: 20 })
}
