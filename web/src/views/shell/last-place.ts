/** Where somebody was last, so that a start leads back there. */
const teamKey = 'rookery.lastTeam'
const channelKey = (teamId: string): string => `rookery.lastChannel.${teamId}`

export const lastTeam = (): string | null => localStorage.getItem(teamKey)
export const lastChannel = (teamId: string): string | null => localStorage.getItem(channelKey(teamId))
export const rememberTeam = (name: string): void => { localStorage.setItem(teamKey, name) }
export const forgetChannel = (teamId: string): void => { localStorage.removeItem(channelKey(teamId)) }
export const rememberChannel = (teamId: string, path: string): void => { localStorage.setItem(channelKey(teamId), path) }
