/** The post that an address names behind its `#`; '' where there is none, as other fragments name regions of the page. */
export const markedIdIn = (hash: string): string => /^#([a-z0-9]{26})$/.exec(hash)?.[1] ?? ''
