/** The parts of the page between which F6 goes: elements with `data-region`, as they stand in the document. */
export function goToRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) => region.offsetParent !== null || region.getClientRects().length > 0)
  if (regions.length === 0) return
  const at = regions.findIndex((region) => region.contains(document.activeElement))
  const next = regions[at < 0 ? (step > 0 ? 0 : regions.length - 1) : (at + step + regions.length) % regions.length]
  // In the sidebar where one is; in other parts where one writes.
  const target = next?.querySelector<HTMLElement>('[aria-current="page"], textarea, [contenteditable="true"], [role="textbox"]')
  ;(target ?? next)?.focus()
}
