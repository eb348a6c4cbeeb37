/** The name of an operation that a plugin brings along: those of the server have no low line. */
export const pluginOperation = (pluginId: string, name: string): string => `plugin_${pluginId}.${name}`
