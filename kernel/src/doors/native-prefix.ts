export const nativePrefix = '/api/v1/'
