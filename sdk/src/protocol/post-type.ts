/** The type of posts of a kind that a plugin brings along. */
export const postTypeOf = (pluginId: string, kind: string): string => `custom_${pluginId}_${kind}`
